import { mean } from "./bootstrap.ts";
import type { Corpus } from "./corpus.ts";
import { evaluate, KNN_AND_SCORE, prepare, type Trial, type Weights } from "./evaluate.ts";
import { groupMeans } from "./ranking-table.ts";
import { byScore, type Scores } from "./signals.ts";
import { byTime, lastOfEachUser, type Split } from "./split.ts";

/** NDCG@10 of all users, of those with fewer than ten reviews, and of the others. */
interface Figures {
  all: number;
  few: number;
  many: number;
}

export interface WeightsRow extends Weights {
  lastOfEachUser: Figures;
  /** Undefined if the corpus has no times. */
  byTime: Figures | undefined;
}

export interface WeightsStudy {
  /** The first value is that of the former ranking. */
  rows: WeightsRow[];
  chosen: Weights | undefined;
}

const GAMMAS = [1, 2, 3, 4];
const POPULARITY_WEIGHTS = [1e-6, 0.25, 0.5, 1, 2];
/** A group may lose this share compared with the former ranking; a smaller loss is noise. */
const TOLERANCE = 0.01;

/**
 * The figures of each gamma and popularity weight on the training reviews only, which are split again
 * in both ways. Of the rows with which no group of users loses, the one with the largest mean gain
 * over the former ranking is chosen.
 */
export function weightsInTraining({ train }: Split, corpus: Corpus, ours: Scores): WeightsStudy {
  const part = { ...corpus, reviews: train };
  const last = prepare(lastOfEachUser(part), corpus);
  const time = corpus.hasTimes ? prepare(byTime(part), corpus) : undefined;
  const figures = (trial: Trial, weights: Weights): Figures => {
    const metrics = evaluate(trial, byScore(ours), weights);
    return { all: mean(metrics.map(({ ndcg }) => ndcg)), ...groupMeans(trial, metrics) };
  };
  const row = (weights: Weights): WeightsRow => ({
    ...weights,
    lastOfEachUser: figures(last, weights),
    byTime: time && time.users.length > 0 ? figures(time, weights) : undefined,
  });
  const grid = POPULARITY_WEIGHTS.flatMap((popularityWeight) =>
    GAMMAS.map((gamma) => ({ popularityWeight, gamma })),
  );
  const before = row(KNN_AND_SCORE);
  const rows = grid.map(row);
  return { rows: [before, ...rows], chosen: choose(before, rows) };
}

export function choose(before: WeightsRow, rows: readonly WeightsRow[]): Weights | undefined {
  const ratios = (row: WeightsRow, figure: keyof Figures) =>
    (["lastOfEachUser", "byTime"] as const).flatMap((split) => {
      const [ours, theirs] = [row[split]?.[figure], before[split]?.[figure]];
      return ours && theirs ? [ours / theirs] : []; // a group may be empty
    });
  const losesNowhere = (row: WeightsRow) =>
    [...ratios(row, "few"), ...ratios(row, "many")].every((ratio) => ratio >= 1 - TOLERANCE);
  const gain = (row: WeightsRow) => ratios(row, "all").reduce((sum, ratio) => sum + ratio, 0);
  const best = rows.filter(losesNowhere).toSorted((a, b) => gain(b) - gain(a))[0];
  return best && { gamma: best.gamma, popularityWeight: best.popularityWeight };
}
