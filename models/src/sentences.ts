const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
const PARAGRAPH = /\n[^\S\n]*\n|<p\b|<br\b[^<>]*>\s*<br\b/i;

/**
 * Which sentence each token is in, counted from 0, by Unicode's rules (UAX 29). A blank line, its
 * markup, and a token that does not stand in `tokens` end a sentence too; other markup is space.
 * @param tokens some of the text's tokens, in order, by their place in the text and their number
 * among all of them
 */
export function sentenceOfEach(
  text: string,
  tokens: readonly { start: number; end: number; index: number }[],
): number[] {
  // What is between the tokens is shortened first: the segmenter's time is its pieces times their
  // whole length.
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
