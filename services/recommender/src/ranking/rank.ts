import type { Neighbours } from "./neighbours.ts";
import { Top } from "./top.ts";

/** How much popularity counts beside affinity: it orders what the neighbours cannot. */
const POPULARITY_WEIGHT = 0.001;
const MOST_REASONS = 3;

export interface Ranked {
  item: number;
  score: number;
  /** Similarity to the user's items, divided by the largest among the candidates: 0..1. */
  affinity: number;
  /** The item's quality q_i, 0..1. */
  pLike: number;
  /** Up to 3 items of the user's own that count most for this one, the strongest first. */
  because: number[];
}

export interface Catalogue {
  /** Items are the indices 0 .. itemCount - 1. */
  itemCount: number;
  /** n_i: interactions of an item. */
  popularity: (item: number) => number;
  /** q_i, 0..1: `QualityTable.quality`. */
  quality: (item: number) => number;
  /** Items that may not be recommended. */
  excluded: (item: number) => boolean;
  /** How many are wanted. */
  n: number;
  /** Weight of being liked; 0 ranks by interactions alone. */
  gamma: number;
}

/**
 * The n best items for a user:
 *
 *     score_i = (affinity_i / max + 0.001 * ln(1 + n_i)) * q_i^gamma,   affinity_i = sum over history h of S_hi
 *
 * P(interact) times P(like), for gamma = 1; a larger one makes up for q being shrunk to the mean. The affinity is the item kNN of Deshpande and Karypis (2004): each item of the history
 * gives its neighbours' similarities. `max` is taken over what may be recommended. The history itself is never
 * recommended; items newer than `neighbours` have affinity 0. Ties by index.
 */
export function rank({
  history,
  neighbours,
  excluded,
  ...catalogue
}: Omit<Catalogue, "itemCount"> & {
  /** The user's items, each once. */
  history: Int32Array;
  neighbours: Neighbours;
  /** By default the items that `neighbours` was built for. */
  itemCount?: number;
}): Ranked[] {
  const itemCount = catalogue.itemCount ?? neighbours.offsets.length - 1;
  const affinity = new Float64Array(itemCount);
  eachContribution(history, neighbours, (_, item, similarity) => {
    affinity[item]! += similarity;
  });
  const own = new Set(history);
  const best = select({ ...catalogue, itemCount, excluded: (i) => own.has(i) || excluded(i) }, affinity);
  addReasons(best, history, neighbours, itemCount);
  return best;
}

/** The n best items for a user of whom nothing is known: the same formula without affinity, ln(1 + n_i) * q_i^gamma. */
export function popular(catalogue: Catalogue): Ranked[] {
  return select(catalogue, new Float64Array(catalogue.itemCount));
}

function select(
  { itemCount, popularity, quality, excluded, n, gamma }: Catalogue,
  affinity: Float64Array,
): Ranked[] {
  let max = 0;
  for (let i = 0; i < itemCount; i++) if (affinity[i]! > max && !excluded(i)) max = affinity[i]!;
  const scale = max > 0 ? 1 / max : 0;
  const top = new Top(Math.min(n, itemCount));
  for (let i = 0; i < itemCount; i++) {
    const interact = affinity[i]! * scale + POPULARITY_WEIGHT * Math.log1p(popularity(i));
    // q^gamma <= 1: without it already too small, the item needs no further look.
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

/** A second walk, for the few that are shown: keeping every contribution of the first would cost more. */
function addReasons(best: Ranked[], history: Int32Array, neighbours: Neighbours, itemCount: number): void {
  const places = new Int32Array(itemCount).fill(-1);
  for (const [place, { item }] of best.entries()) places[item] = place;
  const tops = best.map(() => new Top(MOST_REASONS));
  eachContribution(history, neighbours, (source, item, similarity) => {
    const place = places[item]!;
    if (place >= 0) tops[place]!.push(source, similarity);
  });
  for (const [place, { because }] of best.entries()) tops[place]!.drain((source) => because.push(source));
}
