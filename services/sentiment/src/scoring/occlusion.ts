import type { Encoder } from "@undertone/models";
import { MAX_PASSAGES, type Range } from "./passages.ts";

/**
 * At most this many tokens are left out one at a time; in a longer text, those of the sentences
 * with the most weight.
 */
export const MAX_WORDS = 120;
/** Passes: the whole text, each word left out, each shorter beginning, each passage left out. */
export const MAX_PASSES = 1 + MAX_WORDS + (MAX_WORDS - 1) + MAX_PASSAGES;

/** Returns the log-odds of positive for each row of ids, int32 `[time]`. */
export type LogOdds = (rows: readonly Int32Array[]) => Promise<number[]>;

export interface Occlusion {
  /** The drop in log-odds when this word alone is left out, by its place among the kept ids. */
  words: Map<number, number>;
  /** The drop in log-odds when this passage is left out. */
  passages: number[];
  /** Log-odds of the text up to and including the id at this place. */
  beginnings: Map<number, number>;
}

/**
 * Measures the effect of each part of a text by leaving it out of the ids that the model reads
 * (Zeiler and Fergus 2014; for words Li, Monroe and Jurafsky 2016). For a short text the parts are
 * its words, its beginnings and its passages. For a long text they are its passages and the
 * beginnings that end with one, then the words of the passages with the most weight, up to
 * MAX_WORDS.
 * @param ids the kept ids, int32 `[scored]`
 * @param whole the log-odds of them all
 */
export async function occlude(
  encoder: Encoder,
  ids: Int32Array,
  whole: number,
  passages: readonly Range[],
  logOdds: LogOdds,
): Promise<Occlusion> {
  const without = ({ from, to }: Range) => {
    const rest = new Int32Array(ids.length - (to - from));
    rest.set(ids.subarray(0, from));
    rest.set(ids.subarray(to), from);
    return encoder.row(rest);
  };
  const upTo = (to: number) => encoder.row(ids.subarray(0, to));
  const isShort = ids.length <= MAX_WORDS;

  const first = isShort ? wordsOf({ from: 0, to: ids.length }) : [];
  const ends = (isShort ? first : passages).map(({ to }) => to).slice(0, -1);
  const found = await logOdds([...passages.map(without), ...ends.map(upTo), ...first.map(without)]);
  const weights = found.splice(0, passages.length).map((rest) => whole - rest);
  const beginnings = new Map(ends.map((end, i) => [end - 1, found[i]!]));
  beginnings.set(ids.length - 1, whole);
  const rests = found.slice(ends.length);

  const words = isShort ? first : wordsThatMatter(passages, weights);
  if (!isShort) rests.push(...(await logOdds(words.map(without))));
  return {
    words: new Map(words.map(({ from }, i) => [from, whole - rests[i]!])),
    passages: weights,
    beginnings,
  };
}

const wordsOf = ({ from, to }: Range): Range[] =>
  Array.from({ length: to - from }, (_, i) => ({ from: from + i, to: from + i + 1 }));

/** The words of the passages with the most weight, at most MAX_WORDS in all. */
function wordsThatMatter(passages: readonly Range[], weights: readonly number[]): Range[] {
  const order = [...passages.keys()].sort((a, b) => Math.abs(weights[b]!) - Math.abs(weights[a]!));
  const words: Range[] = [];
  for (const passage of order) {
    const more = wordsOf(passages[passage]!);
    if (words.length + more.length <= MAX_WORDS) words.push(...more);
  }
  return words;
}
