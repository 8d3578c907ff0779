const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
const PARAGRAPH = /\n[^\S\n]*\n|<p\b|<br\b[^<>]*>\s*<br\b/i;

/**
 * The number of each token's sentence, from 0, by Unicode's rules (UAX 29). A blank line, the markup
 * for it, and a token that is missing from `tokens` also end a sentence. Other markup counts as space.
 * @param tokens some of the text's tokens, in order: their UTF-16 offsets, and their index among all
 * tokens
 */
export function sentenceOfEach(
  text: string,
  tokens: readonly { start: number; end: number; index: number }[],
): number[] {
  // The text between the tokens is shortened first, because the time of the segmenter is the number of
  // its segments times the length of the text.
  let compact = "";
  const offsets = tokens.map(({ start, end, index }, i) => {
    const before = tokens[i - 1];
    const gap = text.slice(before?.end ?? start, start);
    const apart = before !== undefined && (before.index + 1 < index || PARAGRAPH.test(gap));
    compact += apart ? "\n" : gap && " ";
    const offset = compact.length;
    compact += text.slice(start, end);
    return offset;
  });
  const begins = Array.from(segmenter.segment(compact), (segment) => segment.index);
  let sentence = -1;
  return offsets.map((offset) => {
    while (begins[sentence + 1]! <= offset) sentence++;
    return sentence;
  });
}
