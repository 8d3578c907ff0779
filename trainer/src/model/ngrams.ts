import type { Preset } from "../preset.ts";

export type NgramTables = Pick<NonNullable<Preset["network"]["ngrams"]>, "bigramBits" | "trigramBits">;

/**
 * The linear term beside the LSTM (Cheng et al. 2016, "Wide and Deep"): one weight per word, and
 * one per hashed bigram and trigram. A hash is the sum of the ids times these factors, modulo a
 * power of two, so the graph can compute it too.
 */
export const BIGRAM_FACTORS = [1_000_003, 31] as const;
export const TRIGRAM_FACTORS = [1_000_003, 15_485_863, 32_452_843] as const;

/**
 * The sum of a text's weights is multiplied by this and divided by the root of the text's length.
 */
export const NGRAM_SCALE = 3;

/**
 * The number of weights of each kind in the flat array of weights: words, then bigrams, then
 * trigrams.
 */
export interface NgramLayout {
  words: number;
  bigrams: number;
  trigrams: number;
}

export const ngramLayout = (words: number, { bigramBits, trigramBits }: NgramTables): NgramLayout => ({
  words,
  bigrams: 2 ** bigramBits,
  trigrams: 2 ** trigramBits,
});

export const ngramSize = ({ words, bigrams, trigrams }: NgramLayout): number => words + bigrams + trigrams;

/** The indices of a text's words, bigrams and trigrams in the flat array of weights. */
export function ngramPlaces(ids: Int32Array, { words, bigrams, trigrams }: NgramLayout): Int32Array {
  const n = ids.length;
  const places = new Int32Array(n + Math.max(0, n - 1) + Math.max(0, n - 2));
  const [b1, b2] = BIGRAM_FACTORS;
  const [t1, t2, t3] = TRIGRAM_FACTORS;
  let at = 0;
  // All products stay below 2^53, so the remainders are exact.
  for (let i = 0; i < n; i++) places[at++] = ids[i]!;
  for (let i = 0; i + 1 < n; i++) places[at++] = words + ((ids[i]! * b1 + ids[i + 1]! * b2) % bigrams);
  for (let i = 0; i + 2 < n; i++)
    places[at++] = words + bigrams + ((ids[i]! * t1 + ids[i + 1]! * t2 + ids[i + 2]! * t3) % trigrams);
  return places;
}

/** The factor of one weight in a text of `length` ids. */
export const ngramFactor = (length: number): number => NGRAM_SCALE / Math.sqrt(length);

/**
 * The linear term of each text, float32 `[texts]`, which is added to the LSTM's latent value; zeros
 * without a layout.
 */
export function linearTerms(
  texts: readonly Int32Array[],
  weights: Float32Array,
  layout: NgramLayout | undefined,
): Float32Array {
  return Float32Array.from(texts, (ids) => {
    if (!layout) return 0;
    let sum = 0;
    for (const place of ngramPlaces(ids, layout)) sum += weights[place]!;
    return ngramFactor(ids.length) * sum;
  });
}
