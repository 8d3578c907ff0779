import type { TextSettings } from "../vocabulary.ts";
import { STRETCHED } from "./rules.ts";

/** Runs of a letter in one word that are tried; a word with more is left as it is. */
const MAX_RUNS = 3;
const LONGEST_WORD = 64;
/**
 * How much rarer than the word with one letter the word with two may be: "goood" is no "god", and
 * "sooo" is no "soo".
 */
const RARER = 100;

const RUN = /(\p{L})\1{2,}/gu;
const ROMAN_NUMERAL = /^[ivx]+$/;

/** Whether an encoder with these settings reads a stretched word as the known word behind it. */
export const foldsStretched = ({ rules, without }: TextSettings): boolean =>
  rules === "reviews" && !without?.includes(STRETCHED);

/** Whether three equal letters follow each other in a word of other letters too. */
export function isStretched(word: string): boolean {
  return word.search(RUN) >= 0 && !/^(.)\1*$/u.test(word) && !ROMAN_NUMERAL.test(word);
}

/**
 * The known word that a stretched one stands for: every run of three letters and more as two or as
 * one.
 * @param rankOf a known word's rank by frequency, 0 for the most frequent; nothing for an unknown
 * word
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
