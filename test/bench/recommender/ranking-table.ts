import { type Interval, mean, relativeGain } from "./bootstrap.ts";
import type { Corpus } from "./corpus.ts";
import { evaluate, evaluatePopularity, GAMMA, prepare, type Signal } from "./evaluate.ts";
import { METRICS, type Metric, type UserMetrics } from "./metrics.ts";
import { byScore, byStars, nothing, type Scores, shuffled } from "./signals.ts";
import type { Split } from "./split.ts";

export interface TableRow {
  name: string;
  means: Record<Metric, number>;
  /** In NDCG@10, over kNN on interactions. */
  gain: Interval;
  /** The same with quality as it is, not to the recommender's own power. */
  gainAtGamma1?: Interval;
}

export interface RankingTable {
  users: number;
  training: number;
  heldOutLiked: number;
  rows: TableRow[];
}

const SHUFFLES = 5;
export const PLACEBO = `kNN x shuffled scores (placebo, mean of ${SHUFFLES})`;
export const OURS = "kNN x our score";

/** Undefined where nobody has both a history and a held-out item that they liked. */
export function rankingTable(
  split: Split,
  corpus: Corpus,
  ours: Scores,
  vader: Scores,
): RankingTable | undefined {
  const trial = prepare(split, corpus);
  if (trial.users.length === 0) return undefined;
  const base = evaluate(trial, nothing, 0);
  const placebos = Array.from({ length: SHUFFLES }, (_, seed) => shuffled(trial.train, ours, seed + 1));
  const row = (name: string, metrics: UserMetrics[]): TableRow => ({
    name,
    means: Object.fromEntries(
      METRICS.map((m) => [m, mean(metrics.map((user) => user[m]))]),
    ) as TableRow["means"],
    gain: gainOver(base, metrics),
  });
  const liked = (name: string, signals: Signal[]): TableRow => {
    const at = (gamma: number) => sum(signals.map((signal) => evaluate(trial, signal, gamma)));
    return { ...row(name, at(GAMMA)), gainAtGamma1: gainOver(base, at(1)) };
  };
  return {
    users: trial.users.length,
    training: trial.train.length,
    heldOutLiked: trial.users.reduce((n, { heldOut }) => n + [...heldOut.values()].filter(Boolean).length, 0),
    rows: [
      row("popularity", evaluatePopularity(trial)),
      row("kNN on interactions", base),
      liked(PLACEBO, placebos),
      liked("kNN x VADER", [byScore(vader)]),
      liked(OURS, [byScore(ours)]),
      liked("kNN x stars (upper reference)", [byStars]),
    ],
  };
}

export function gainOver(base: UserMetrics[], metrics: UserMetrics[]): Interval {
  const [ours, theirs] = [metrics, base].map((users) => users.map(({ ndcg }) => ndcg));
  return relativeGain(ours!, theirs!);
}

/** Several runs as one: each user's parts added up, so that a mean is the mean over the runs. */
export function sum(runs: UserMetrics[][]): UserMetrics[] {
  return runs[0]!.map((_, user) => {
    const parts = METRICS.map((metric) => {
      const all = runs.map((run) => run[user]![metric]);
      const add = (key: "sum" | "weight") => all.reduce((total, part) => total + part[key], 0);
      return [metric, { sum: add("sum"), weight: add("weight") }];
    });
    return Object.fromEntries(parts) as UserMetrics;
  });
}
