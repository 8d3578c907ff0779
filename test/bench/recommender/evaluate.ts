import { readConfig } from "@undertone/base";
import { ConfigSchema } from "../../../services/recommender/src/config.ts";
import { buildNeighbours, type Neighbours } from "../../../services/recommender/src/ranking/neighbours.ts";
import { QualityTable, type WeightedRating } from "../../../services/recommender/src/ranking/quality.ts";
import { popular, rank } from "../../../services/recommender/src/ranking/rank.ts";
import type { Corpus, Review } from "./corpus.ts";
import { type UserMetrics, userMetrics } from "./metrics.ts";
import type { Split } from "./split.ts";

/** gamma and beta of the ranking formula, see ranking/rank.ts. */
export interface Weights {
  gamma: number;
  popularityWeight: number;
}

const { gamma, popularityWeight } = readConfig(ConfigSchema, {});
/** The weights that the recommender uses by default. */
export const SERVICE: Weights = { gamma, popularityWeight };
/** The recommender without sentiment. */
export const WITHOUT_SENTIMENT: Weights = { gamma: 0, popularityWeight };
/** Only the item kNN. Popularity orders only items without affinity. */
export const KNN: Weights = { gamma: 0, popularityWeight: 1e-6 };
/** The former ranking without popularity: kNN times the score squared. */
export const KNN_AND_SCORE: Weights = { gamma: 2, popularityWeight: 1e-6 };

/** The data that all rows of a table share: the interactions and the users to rank for. */
export interface Trial {
  train: Review[];
  itemCount: number;
  neighbours: Neighbours;
  popularity: Int32Array;
  users: { user: number; history: Int32Array; heldOut: Map<number, boolean | undefined> }[];
}

/** The rating that a training review gives its item, if it has one. */
export type Signal = (review: Review) => WeightedRating | undefined;

/**
 * Ranks for users with a history and a held-out liked item, in the order of their indices.
 */
export function prepare({ train, test }: Split, { userCount, itemCount }: Corpus): Trial {
  const [users, items] = [Int32Array.from(train, (r) => r.user), Int32Array.from(train, (r) => r.item)];
  const popularity = new Int32Array(itemCount);
  for (const item of items) popularity[item]!++;
  const histories = Array.from({ length: userCount }, (): number[] => []);
  for (const { user, item } of train) histories[user]!.push(item);
  const heldOut = Array.from({ length: userCount }, () => new Map<number, boolean | undefined>());
  for (const { user, item, liked } of test) heldOut[user]!.set(item, liked);
  return {
    train,
    itemCount,
    neighbours: buildNeighbours(users, items, userCount, itemCount),
    popularity,
    users: histories
      .map((history, user) => ({ user, history: Int32Array.from(history), heldOut: heldOut[user]! }))
      .filter((user) => user.history.length > 0 && [...user.heldOut.values()].includes(true)),
  };
}

/** Ranks the whole catalogue for every user with the recommender's own functions. */
export function evaluate(trial: Trial, signal: Signal, weights: Weights): UserMetrics[] {
  const { itemCount, neighbours, popularity } = trial;
  const table = qualities(trial, signal);
  const catalogue = {
    itemCount,
    popularity: (i: number) => popularity[i]!,
    quality: (i: number) => table.quality(i),
    excluded: () => false,
    n: itemCount,
    ...weights,
  };
  return trial.users.map(({ history, heldOut }) =>
    userMetrics(items(rank({ ...catalogue, history, neighbours })), heldOut),
  );
}

export function qualities({ train }: Trial, signal: Signal): QualityTable {
  const table = new QualityTable();
  for (const review of train) {
    const rating = signal(review);
    if (rating) table.add(review.item, rating);
  }
  return table;
}

/** The same list for all users: items by their interactions, without the user's own. */
export function evaluatePopularity({ itemCount, popularity, users }: Trial): UserMetrics[] {
  return users.map(({ history, heldOut }) => {
    const own = new Set(history);
    const ranking = popular({
      itemCount,
      popularity: (i) => popularity[i]!,
      quality: () => 1,
      excluded: (i) => own.has(i),
      n: itemCount,
      gamma: 0,
      popularityWeight: 1,
    });
    return userMetrics(items(ranking), heldOut);
  });
}

const items = (ranking: { item: number }[]) => ranking.map(({ item }) => item);
