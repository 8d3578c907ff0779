import { shuffle } from "../random.ts";

/**
 * The row numbers of an epoch in batches, a pure function of the seed. With `byLength`, rows of similar length share a
 * batch: the shuffled rows are sorted in windows of 50 batches, and the batches are shuffled again.
 *
 * @param lengths ids in each row
 */
export function epochBatches(
  lengths: readonly number[],
  size: number,
  byLength: boolean,
  seed: number,
): number[][] {
  const order = shuffle([...lengths.keys()], seed);
  if (!byLength) return chunks(order, size);
  const windows = chunks(order, size * 50).map((w) => w.sort((a, b) => lengths[a]! - lengths[b]! || a - b));
  return shuffle(
    windows.flatMap((w) => chunks(w, size)),
    seed + 1,
  );
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < list.length; i += size) parts.push(list.slice(i, i + size));
  return parts;
}

/** Deals a batch to shards by turns, so that each gets the same share of short and long rows; empty shards are left out. */
export function shards<T>(batch: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_, s) => batch.filter((_, i) => i % count === s)).filter(
    (s) => s.length > 0,
  );
}
