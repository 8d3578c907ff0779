import { tokenize } from "@undertone/models";
import type { Review } from "../data/corpus.ts";
import { type Counterfactuals, counterfactuals } from "./counterfactual.ts";
import { type DialectMovement, dialectMovements } from "./dialects.ts";
import { accuracy, type Group, lengthGroups, metricsOfGroup } from "./metrics.ts";
import { PERTURBATIONS, sample } from "./perturbations.ts";

/** Properties of a model besides its accuracy, measured on the graph that the service runs. */
export interface ErrorAnalysis {
  byLength: Group[];
  byStars: Group[];
  byNegation: Group[];
  /**
   * By whether a training review was about the same item; empty if the reviews do not name their
   * items.
   */
  byItem: Group[];
  perturbations: { perturbation: string; accuracy: number; moved: number }[];
  counterfactuals: Counterfactuals;
  dialects: DialectMovement[];
  worst: { stars: number; score: number; tokens: number; negations: number; known: number }[];
}

export interface Predictions {
  reviews: readonly Review[];
  /** P(positive) of each review. */
  scores: Float64Array;
  /** The items of the training reviews. */
  seen: ReadonlySet<string>;
  /** The number of scored tokens of each review. */
  lengths: readonly number[];
  score(texts: string[]): Promise<Float64Array>;
  /** Whether a token is in the vocabulary. */
  knows(token: string): boolean;
}

const NEGATIONS = new Set(["not", "n't", "never", "hardly"]);
/** Negations per 100 tokens. */
const NEGATION_EDGES = [0, 0.5, 1, 2, 4];
const PERTURBED = 1000;

/**
 * Analyses the errors of a model. Negations are counted by the default text rules, for every model.
 */
export async function analyseErrors({
  reviews,
  scores,
  seen,
  lengths,
  score,
  knows,
}: Predictions): Promise<ErrorAnalysis> {
  const tokens = reviews.map(({ text }) => tokenize(text, { rules: "default" }));
  const negations = tokens.map((words) => words.filter((token) => NEGATIONS.has(token)).length);
  const labels = reviews.map(({ label }) => label as number);
  const groupedBy = (groupOf: (row: number) => string): Group[] => {
    const groups = [...new Set(reviews.map((_, row) => groupOf(row)))].sort();
    return groups.map((group) => {
      const rows = [...reviews.keys()].filter((row) => groupOf(row) === group);
      return metricsOfGroup({ group, rows }, scores, labels);
    });
  };
  const perHundred = (row: number) => (100 * negations[row]!) / Math.max(1, tokens[row]!.length);
  return {
    byLength: lengthGroups(lengths).map((group) => metricsOfGroup(group, scores, labels)),
    byStars: groupedBy((row) => String(reviews[row]!.rating)),
    byNegation: groupedBy((row) => {
      const rate = perHundred(row);
      const edge = NEGATION_EDGES.findLastIndex((from) => rate >= from);
      const next = NEGATION_EDGES[edge + 1];
      return next ? `${NEGATION_EDGES[edge]} to ${next}` : `${NEGATION_EDGES[edge]} or more`;
    }),
    byItem: reviews.every(({ item }) => item === undefined)
      ? []
      : groupedBy((row) => (seen.has(reviews[row]!.item ?? "") ? "reviewed in training too" : "others")),
    perturbations: await perturbed(reviews, score),
    counterfactuals: await counterfactuals(score),
    dialects: await dialectMovements(score),
    worst: worst(20).map((row) => ({
      stars: reviews[row]!.rating,
      score: scores[row]!,
      tokens: tokens[row]!.length,
      negations: negations[row]!,
      known: tokens[row]!.filter(knows).length / Math.max(1, tokens[row]!.length),
    })),
  };

  function worst(count: number): number[] {
    const wrongness = (row: number) => Math.abs(scores[row]! - labels[row]!);
    return [...reviews.keys()].sort((a, b) => wrongness(b) - wrongness(a)).slice(0, count);
  }
}

async function perturbed(reviews: readonly Review[], score: Predictions["score"]) {
  const chosen = sample(reviews, PERTURBED);
  const labels = chosen.map(({ label }) => label as number);
  const before = await score(chosen.map(({ text }) => text));
  const rows = [{ perturbation: "as written", accuracy: accuracy(before, labels), moved: 0 }];
  for (const [perturbation, change] of Object.entries(PERTURBATIONS)) {
    const after = await score(chosen.map(({ text }, i) => change(text, i)));
    const moved = after.reduce((sum, p, i) => sum + Math.abs(p - before[i]!), 0) / after.length;
    rows.push({ perturbation, accuracy: accuracy(after, labels), moved });
  }
  return rows;
}
