import type { Neighbours } from "./neighbours.ts";
import { TopK } from "./top-k.ts";

const MAX_REASONS = 3;
/** A user with this many items has half of the weight of popularity. */
const HALF_WEIGHT_HISTORY = 30;

export interface Ranked {
  item: number;
  score: number;
  /** Similarity to the user's items, divided by the largest one among the candidates: 0..1. */
  affinity: number;
  /** The item's quality q_i, 0..1. */
  pLike: number;
  /** Up to 3 of the user's own items that contribute most to the affinity, the strongest first. */
  because: number[];
}

export interface Candidates {
  /** Items are the indices 0 .. itemCount - 1. */
  itemCount: number;
  /** n_i: the interactions of an item. */
  popularity: (item: number) => number;
  /** q_i, 0..1: `QualityTable.quality`. */
  quality: (item: number) => number;
  /** Whether an item may not be recommended. */
  excluded: (item: number) => boolean;
  /** The length of the list. */
  n: number;
  /** The exponent of the quality; 0 ranks by interactions alone. */
  gamma: number;
  /** beta, above 0: the maximum weight of popularity. Affinity has the weight 1. */
  popularityWeight: number;
}

/**
 * The n best items for a user:
 *
 *     score_i = (affinity_i / max affinity + beta_u * n_i / max n) * q_i^gamma
 *     affinity_i = sum over the user's items h of S_hi
 *     beta_u = beta * |h|^2 / (|h|^2 + 30^2)
 *
 * The first factor estimates P(interact), the second P(like). The affinity is the item kNN of
 * Deshpande and Karypis (2004): each item of the history contributes the similarities of its
 * neighbours. With a long history, almost every item is a neighbour, so the affinity says less and
 * popularity counts more. Both maxima are taken over the items that may be recommended. A gamma
 * above 1 compensates for the shrinkage of q to the mean.
 *
 * Items of the history are never recommended. Items that are newer than `neighbours` have affinity
 * 0. Ties go to the smaller index.
 */
export function rank({
  history,
  neighbours,
  excluded,
  popularityWeight: beta,
  ...rest
}: Omit<Candidates, "itemCount"> & {
  /** The user's items, each once. */
  history: Int32Array;
  neighbours: Neighbours;
  /** The default is the number of items for which `neighbours` was built. */
  itemCount?: number;
}): Ranked[] {
  const itemCount = rest.itemCount ?? neighbours.offsets.length - 1;
  const affinity = new Float64Array(itemCount);
  eachContribution(history, neighbours, (_, item, similarity) => {
    affinity[item]! += similarity;
  });
  const own = new Set(history);
  const popularityWeight = beta / (1 + (HALF_WEIGHT_HISTORY / history.length) ** 2);
  const candidates = {
    ...rest,
    itemCount,
    popularityWeight,
    excluded: (i: number) => own.has(i) || excluded(i),
  };
  const best = select(candidates, affinity);
  addReasons(best, history, neighbours, itemCount);
  return best;
}

/** The n best items for a user without history: the same formula without affinity. */
export function popular(candidates: Candidates): Ranked[] {
  return select(candidates, new Float64Array(candidates.itemCount));
}

function select(
  { itemCount, popularity, quality, excluded, n, gamma, popularityWeight }: Candidates,
  affinity: Float64Array,
): Ranked[] {
  let [mostAffinity, mostPopularity] = [0, 0];
  for (let i = 0; i < itemCount; i++) {
    if (affinity[i]! <= mostAffinity && popularity(i) <= mostPopularity) continue;
    if (excluded(i)) continue;
    mostAffinity = Math.max(mostAffinity, affinity[i]!);
    mostPopularity = Math.max(mostPopularity, popularity(i));
  }
  const scale = mostAffinity > 0 ? 1 / mostAffinity : 0;
  const beta = mostPopularity > 0 ? popularityWeight / mostPopularity : 0;
  const top = new TopK(Math.min(n, itemCount));
  for (let i = 0; i < itemCount; i++) {
    const interact = affinity[i]! * scale + beta * popularity(i);
    // The quality is at most 1, so it can only lower the score. If the first factor alone is too low,
    // the rest need not be computed.
    if (top.admits(interact) && !excluded(i)) top.push(i, interact * quality(i) ** gamma);
  }
  const best: Ranked[] = [];
  top.drain((item, score) =>
    best.push({ item, score, affinity: affinity[item]! * scale, pLike: quality(item), because: [] }),
  );
  return best;
}

function eachContribution(
  history: Int32Array,
  { offsets, items, similarities }: Neighbours,
  visit: (source: number, item: number, similarity: number) => void,
): void {
  for (const source of history) {
    if (source + 1 >= offsets.length) continue;
    for (let p = offsets[source]!; p < offsets[source + 1]!; p++) visit(source, items[p]!, similarities[p]!);
  }
}

/**
 * Finds the reasons in a second pass, for the items of the list only. Keeping all contributions of
 * the first pass would cost more.
 */
function addReasons(best: Ranked[], history: Int32Array, neighbours: Neighbours, itemCount: number): void {
  const places = new Int32Array(itemCount).fill(-1);
  for (const [place, { item }] of best.entries()) places[item] = place;
  const tops = best.map(() => new TopK(MAX_REASONS));
  eachContribution(history, neighbours, (source, item, similarity) => {
    const place = places[item]!;
    if (place >= 0) tops[place]!.push(source, similarity);
  });
  for (const [place, { because }] of best.entries()) tops[place]!.drain((source) => because.push(source));
}
