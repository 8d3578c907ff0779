import { type Interval, mean, relativeGain } from "./bootstrap.ts";
import type { Corpus } from "./corpus.ts";
import {
  evaluate,
  evaluatePopularity,
  KNN,
  KNN_AND_SCORE,
  prepare,
  SERVICE,
  type Signal,
  type Trial,
  WITHOUT_SENTIMENT,
} from "./evaluate.ts";
import { METRICS, type Metric, type UserMetrics } from "./metrics.ts";
import { peers } from "./peers.ts";
import { byScore, byStars, nothing, type Scores, shuffled } from "./signals.ts";
import type { Split } from "./split.ts";

export interface TableRow {
  name: string;
  means: Record<Metric, number>;
  /** NDCG@10 of the users with fewer than ten reviews, and of the others. */
  groups: { few: number; many: number };
  /** The gain in NDCG@10 over the recommender without sentiment. */
  gain: Interval;
}

export interface RankingTable {
  users: { few: number; many: number };
  training: number;
  heldOutLiked: number;
  rows: TableRow[];
  /** The gain of the recommender with our score over the former ranking, by group of users. */
  overBefore: [group: string, gain: Interval][];
  /** The reason why there are no rows of other recommenders; undefined if there are. */
  peersSkipped: string | undefined;
}

const SHUFFLES = 5;
const MANY_REVIEWS = 10;
export const BASE = "recommender without sentiment";
export const PLACEBO = `recommender with shuffled scores (placebo, mean of ${SHUFFLES})`;
export const OURS = "recommender with our score";

/** Undefined if nobody has both a history and a held-out item that they liked. */
export function rankingTable(
  split: Split,
  corpus: Corpus,
  ours: Scores,
  vader: Scores,
): RankingTable | undefined {
  const trial = prepare(split, corpus);
  if (trial.users.length === 0) return undefined;
  const base = evaluate(trial, nothing, WITHOUT_SENTIMENT);
  const placebos = Array.from({ length: SHUFFLES }, (_, seed) => shuffled(trial.train, ours, seed + 1));
  const row = (name: string, metrics: UserMetrics[]): TableRow => ({
    name,
    means: Object.fromEntries(
      METRICS.map((m) => [m, mean(metrics.map((user) => user[m]))]),
    ) as TableRow["means"],
    groups: groupMeans(trial, metrics),
    gain: gainOver(base, metrics),
  });
  const withSignal = (name: string, ...signals: Signal[]): TableRow =>
    row(name, sum(signals.map((signal) => evaluate(trial, signal, SERVICE))));
  const others = peers(trial, ours);
  const before = evaluate(trial, byScore(ours), KNN_AND_SCORE);
  const now = evaluate(trial, byScore(ours), SERVICE);
  const overBefore = (isMember: (user: Trial["users"][number]) => boolean) => {
    const members = (metrics: UserMetrics[]) => metrics.filter((_, i) => isMember(trial.users[i]!));
    return gainOver(members(before), members(now));
  };
  return {
    users: { few: trial.users.filter(isFew).length, many: trial.users.filter((u) => !isFew(u)).length },
    training: trial.train.length,
    heldOutLiked: trial.users.reduce((n, { heldOut }) => n + [...heldOut.values()].filter(Boolean).length, 0),
    rows: [
      row("popularity", evaluatePopularity(trial)),
      row("kNN on interactions", evaluate(trial, nothing, KNN)),
      row("kNN x our score squared (the ranking before)", before),
      row(BASE, base),
      withSignal(PLACEBO, ...placebos),
      withSignal("recommender with VADER", byScore(vader)),
      withSignal(OURS, byScore(ours)),
      withSignal("recommender with stars (upper reference)", byStars),
      ...others.rankings.map(([name, metrics]) => row(name, metrics)),
    ],
    overBefore: [
      ["all users", overBefore(() => true)],
      ["those under ten reviews", overBefore(isFew)],
      ["the others", overBefore((user) => !isFew(user))],
    ],
    peersSkipped: others.skipped,
  };
}

const isFew = ({ history, heldOut }: Trial["users"][number]) => history.length + heldOut.size < MANY_REVIEWS;

/** NDCG@10 of the users with fewer than ten reviews, and of the others. */
export function groupMeans({ users }: Trial, metrics: UserMetrics[]): { few: number; many: number } {
  const of = (few: boolean) =>
    mean(metrics.filter((_, i) => isFew(users[i]!) === few).map(({ ndcg }) => ndcg));
  return { few: of(true), many: of(false) };
}

export function gainOver(base: UserMetrics[], metrics: UserMetrics[]): Interval {
  const [ours, theirs] = [metrics, base].map((users) => users.map(({ ndcg }) => ndcg));
  return relativeGain(ours!, theirs!);
}

/** Adds up the parts of each user over several runs, so that a mean is the mean over the runs. */
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
