import type { TextRules } from "./vocabulary.ts";

const TAG = /<\/?[a-z][^<>]{0,200}>/gi;
const ENTITY = /&(amp|lt|gt|quot|apos|nbsp|#39|#34);/g;
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
const TYPOGRAPHIC = /[‘’‛ʼ＇`´“”„«»…–—―]/g;
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

/**
 * The text as the scanner reads it. `article`: lower-cased. `default`: also without markup, with entities decoded, composed
 * (NFC), and with typographic quotes, dashes and dots as their ASCII forms. Total over any string;
 * linear in its length.
 */
export function normalize(text: string, rules: TextRules): string {
  if (rules === "article" || !UNUSUAL.test(text)) return text.toLowerCase();
  return text
    .replace(TAG, " ")
    .replace(ENTITY, (_, name: string) => ENTITIES.get(name)!)
    .replace(LONG_RUN_OF_MARKS, `$&${JOINER}`)
    .normalize("NFC")
    .replace(TYPOGRAPHIC, (c) => PLAIN.get(c)!)
    .toLowerCase();
}
