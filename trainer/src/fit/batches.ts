import type { Preset } from "../preset.ts";
import { shuffle } from "../random.ts";

/** The number of largest batches whose texts are sorted by length together. */
const WINDOW = 50;

/**
 * The row numbers of an epoch in batches, a pure function of the seed. With `byLength`, rows of
 * similar length share a batch: the shuffled rows are sorted in windows of 50 batches, and the
 * batches are shuffled again.
 *
 * @param lengths ids in each row
 */
export function epochBatches(
  lengths: readonly number[],
  { size, tokens, byLength }: Pick<Preset["batches"], "size" | "tokens" | "byLength">,
  seed: number,
): number[][] {
  const order = shuffle([...lengths.keys()], seed);
  const fill = (rows: readonly number[]) => fillBatches(rows, lengths, size, tokens);
  if (!byLength) return fill(order);
  const windows = chunks(order, size * WINDOW);
  const sorted = windows.map((w) => w.sort((a, b) => lengths[a]! - lengths[b]! || a - b));
  return shuffle(sorted.flatMap(fill), seed + 1);
}

/** Rows in order, as many per batch as the limits allow, but at least one. */
function fillBatches(
  rows: readonly number[],
  lengths: readonly number[],
  size: number,
  tokens: number | null,
): number[][] {
  const batches: number[][] = [];
  let batch: number[] = [];
  let longest = 0;
  for (const row of rows) {
    const padded = Math.max(longest, lengths[row]!) * (batch.length + 1);
    if (batch.length === size || (tokens !== null && batch.length > 0 && padded > tokens)) {
      batches.push(batch);
      batch = [];
      longest = 0;
    }
    batch.push(row);
    longest = Math.max(longest, lengths[row]!);
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}

export function chunks<T>(list: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let i = 0; i < list.length; i += size) parts.push(list.slice(i, i + size));
  return parts;
}

/**
 * Distributes a batch to shards in turn, so that each gets a similar share of short and long rows.
 * Empty shards are left out.
 */
export function shards<T>(batch: readonly T[], count: number): T[][] {
  return Array.from({ length: count }, (_, s) => batch.filter((_, i) => i % count === s)).filter(
    (s) => s.length > 0,
  );
}
