import type { TextSettings } from "../vocabulary.ts";
import { STRETCHED } from "./rules.ts";

/** The maximum number of runs of a letter. A word with more runs is left unchanged. */
const MAX_RUNS = 3;
const LONGEST_WORD = 64;
/**
 * The word with two letters is preferred unless its rank is this many times that of a word with one:
 * "goood" is "good" and not "god", and "sooo" is "so" and not "soo".
 */
const RARER = 100;

const RUN = /(\p{L})\1{2,}/gu;
const ROMAN_NUMERAL = /^[ivx]+$/;

/** Whether an encoder with these settings reads a stretched word as a known word. */
export const foldsStretched = ({ rules, without }: TextSettings): boolean =>
  rules === "reviews" && !without?.includes(STRETCHED);

/** Whether a word has three equal letters in a row, and is neither one run nor a Roman numeral. */
export function isStretched(word: string): boolean {
  return word.search(RUN) >= 0 && !/^(.)\1*$/u.test(word) && !ROMAN_NUMERAL.test(word);
}

/**
 * The known word that a stretched word stands for. Each run of at least three letters is tried as two
 * letters and as one. Undefined if no form is known.
 * @param rankOf the rank of a known word by frequency, 0 for the most frequent; undefined for an
 * unknown word
 */
export function foldStretched(
  word: string,
  rankOf: (word: string) => number | undefined,
): string | undefined {
  if (word.length > LONGEST_WORD || !isStretched(word)) return undefined;
  let forms = [""];
  let at = 0;
  const runs = [...word.matchAll(RUN)];
  if (runs.length > MAX_RUNS) return undefined;
  for (const { 0: run, 1: letter, index } of runs) {
    const before = word.slice(at, index);
    forms = forms.flatMap((form) => [form + before + letter + letter, form + before + letter]);
    at = index + run.length;
  }
  let best: { form: string; cost: number } | undefined;
  for (const [i, head] of forms.entries()) {
    const form = head + word.slice(at);
    const rank = rankOf(form);
    if (rank === undefined) continue;
    // Double letters come first in `forms`, so a later form has to be much more frequent.
    const cost = rank * (i === 0 ? 1 : RARER);
    if (best === undefined || cost < best.cost) best = { form, cost };
  }
  return best?.form;
}
