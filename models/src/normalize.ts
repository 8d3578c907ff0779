import type { TextRules } from "./vocabulary.ts";

/** Markup; the scanner reads a space there. */
export const TAG = /<\/?[a-z][^<>]{0,200}>/gi;
export const ENTITY = /&(amp|lt|gt|quot|apos|nbsp|#39|#34);/g;
const ENTITIES = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
  ["nbsp", " "],
  ["#39", "'"],
  ["#34", '"'],
]);
export const TYPOGRAPHIC = /[‘’‛ʼ＇`´“”„«»…–—―]/g;
const PLAIN = new Map([
  ..."‘’‛ʼ＇`´".split("").map((c) => [c, "'"] as const),
  ..."“”„«»".split("").map((c) => [c, '"'] as const),
  ["…", "..."] as const,
  ..."–—―".split("").map((c) => [c, "--"] as const),
]);
/** 30 combining marks with more to follow: NFC sorts a run of marks in quadratic time, so runs are parted. */
const LONG_RUN_OF_MARKS = /\p{M}{30}(?=\p{M})/gu;
const JOINER = "\u034f"; // as Unicode's stream-safe text format has it (UAX 15, D4)
const UNUSUAL = /[<&`\u0080-\uffff]/;

export const decodeEntity = (_entity: string, name: string): string => ENTITIES.get(name)!;
export const plain = (typographic: string): string => PLAIN.get(typographic)!;

/** NFC. What it makes of a text is what it makes of the text's parts, cut before any character that cannot follow into one. */
export function compose(text: string): string {
  return text.replace(LONG_RUN_OF_MARKS, `$&${JOINER}`).normalize("NFC");
}

/** Whether these rules do no more to this text than to lower-case it. */
export function isOnlyLowerCased(text: string, rules: TextRules): boolean {
  return rules === "article" || !UNUSUAL.test(text);
}

/**
 * The text as the scanner reads it. `article`: lower-cased. `default`: also without markup, with entities decoded, composed
 * (NFC), and with typographic quotes, dashes and dots as their ASCII forms. Total over any string;
 * linear in its length. `align` does the same and remembers where it all came from.
 */
export function normalize(text: string, rules: TextRules): string {
  if (isOnlyLowerCased(text, rules)) return text.toLowerCase();
  return compose(text.replace(TAG, " ").replace(ENTITY, decodeEntity))
    .replace(TYPOGRAPHIC, plain)
    .toLowerCase();
}
