import {
  type EncoderSettings,
  foldStretched,
  foldsStretched,
  isStretched,
  SPECIAL_WORDS,
  type Vocabulary,
} from "@undertone/models";
import { type Vectors, vectorOf } from "./vectors.ts";

/**
 * The words that occur at least `minimumCount` times, at most `maximumSize` with `<pad>` and
 * `<unk>`, which come first. The most frequent words come first, ties in code-unit order.
 * @param seen how often each token occurs in the training texts
 * @param options `without`: words that stay unknown
 */
export function buildVocabulary(
  seen: ReadonlyMap<string, number>,
  {
    minimumCount,
    maximumSize,
    settings,
    without = [],
  }: {
    minimumCount: number;
    maximumSize: number;
    settings: EncoderSettings;
    without?: readonly string[];
  },
): Vocabulary {
  const counts = new Map(seen);
  for (const word of [...SPECIAL_WORDS, ...without]) counts.delete(word);
  if (foldsStretched(settings)) foldCounts(counts, minimumCount);
  const frequent = [...counts].filter(([, count]) => count >= minimumCount);
  frequent.sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  const words = [...SPECIAL_WORDS, ...frequent.map(([word]) => word)].slice(0, maximumSize);
  return { settings, words };
}

/** Counts stretched words ("soooo") as the frequent words that an encoder will read them as. */
function foldCounts(counts: Map<string, number>, minimumCount: number): void {
  const plain = [...counts].filter(([word, count]) => count >= minimumCount && !isStretched(word));
  plain.sort(([, n], [, m]) => m - n);
  const ranks = new Map(plain.map(([word], rank) => [word, rank]));
  for (const [word, count] of [...counts]) {
    const folded = foldStretched(word, (form) => ranks.get(form));
    if (folded === undefined) continue;
    counts.delete(word);
    counts.set(folded, counts.get(folded)! + count);
  }
}

/**
 * The share of the tokens that have a vector.
 * @param counts how often each token occurs in the texts
 */
export function coverage(counts: ReadonlyMap<string, number>, vectors: Vectors): number {
  let [known, total] = [0, 0];
  for (const [token, count] of counts) {
    total += count;
    if (vectorOf(token, vectors)) known += count;
  }
  return known / total;
}
