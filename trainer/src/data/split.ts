import { shuffle } from "../random.ts";
import type { Review } from "./corpus.ts";

/** Halves of a corpus, training and test, 1:1; `shuffleSeed` null keeps the file's order, as the article does. */
export function splitHalves(
  rows: Review[],
  { shuffleSeed }: { shuffleSeed: number | null },
): [Review[], Review[]] {
  const order = shuffleSeed === null ? rows : shuffle(rows, shuffleSeed);
  const middle = Math.ceil(order.length / 2);
  return [order.slice(0, middle), order.slice(middle)];
}

/**
 * Cuts about `share` of the rows off for validation. Where rows name their item, an item is on one side only, so that
 * validation reviews are of things the model has not read about. The folds of one seed have no row in common.
 * @throws Error when the corpus has fewer folds of that share
 */
export function cutValidation(
  rows: Review[],
  { share, seed, fold = 0 }: { share: number; seed: number; fold?: number },
) {
  const key = (row: Review, i: number) => row.item ?? `row ${i}`;
  const sizes = new Map<string, number>();
  for (const [i, row] of rows.entries()) sizes.set(key(row, i), (sizes.get(key(row, i)) ?? 0) + 1);
  const wanted = Math.round(rows.length * share);
  const groups = shuffle([...sizes], seed);
  let chosen = new Set<string>();
  for (let cut = 0; cut <= fold; cut++) {
    chosen = new Set();
    let count = 0;
    while (count < wanted) {
      const next = groups.shift();
      if (!next) throw new Error(`fold ${fold}: a corpus of ${rows.length} rows has ${cut} of ${wanted}`);
      chosen.add(next[0]);
      count += next[1];
    }
  }
  const isChosen = (row: Review, i: number) => chosen.has(key(row, i));
  return { train: rows.filter((row, i) => !isChosen(row, i)), validation: rows.filter(isChosen) };
}

/** How many rows of `b` have a text that stands in `a` too. */
export function overlap(a: Review[], b: Review[]): number {
  const texts = new Set(a.map(({ text }) => text));
  return b.filter(({ text }) => texts.has(text)).length;
}

/** Share of positive rows, mean and 95th percentile of the lengths. */
export function describe(rows: Review[], lengths: number[]) {
  const sorted = lengths.toSorted((a, b) => a - b);
  return {
    positive: rows.filter(({ label }) => label === 1).length / rows.length,
    meanLength: lengths.reduce((a, b) => a + b, 0) / lengths.length,
    p95Length: sorted[Math.floor(0.95 * (sorted.length - 1))] ?? 0,
  };
}
