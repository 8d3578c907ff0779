/** The classes of characters that the scanner distinguishes. */
export const SPACE = 0;
export const WORD = 1;
export const DIGIT = 2;
export const SYMBOL = 3;

const LETTER = /[\p{L}\p{M}]/u;
const NUMBER = /\p{N}/u;
// A variation selector only chooses how an emoji is drawn.
const BLANK = /[\p{Z}\p{C}\p{Variation_Selector}]/u;
const UNKNOWN = 255;
const known = new Uint8Array(0x10000).fill(UNKNOWN);

function classify(character: string): number {
  if (BLANK.test(character)) return SPACE;
  if (LETTER.test(character)) return WORD;
  return NUMBER.test(character) ? DIGIT : SYMBOL;
}

/**
 * The class of a code point. Lone surrogates and control characters count as space. The classes of
 * the basic plane are cached.
 */
export function characterClass(codePoint: number): number {
  if (codePoint > 0xffff) return classify(String.fromCodePoint(codePoint));
  const seen = known[codePoint]!;
  if (seen !== UNKNOWN) return seen;
  const found = classify(String.fromCharCode(codePoint));
  known[codePoint] = found;
  return found;
}

for (let code = 0; code < 128; code++) characterClass(code);
