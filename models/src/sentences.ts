import { TAG } from "./normalize.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });

/** Where the sentences of a text begin (UTF-16 offsets, ascending), by Unicode's rules (UAX 29); markup counts as space. */
export function sentenceStarts(text: string): number[] {
  const unmarked = text.replace(TAG, (tag) => " ".repeat(tag.length));
  return Array.from(segmenter.segment(unmarked), ({ index }) => index);
}
