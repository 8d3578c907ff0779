/** What a character is to the scanner. */
export const SPACE = 0;
export const WORD = 1;
export const DIGIT = 2;
export const SYMBOL = 3;

const LETTER = /[\p{L}\p{M}]/u;
const NUMBER = /\p{N}/u;
const BLANK = /[\p{Z}\p{C}\p{Variation_Selector}]/u; // a variation selector only chooses how an emoji is drawn
const UNKNOWN = 255;
const known = new Uint8Array(0x10000).fill(UNKNOWN);

function classify(character: string): number {
  if (BLANK.test(character)) return SPACE;
  if (LETTER.test(character)) return WORD;
  return NUMBER.test(character) ? DIGIT : SYMBOL;
}

/**
 * The class of a code point; those of the basic plane are remembered. Lone surrogates and controls
 * are space.
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
