import { rewrite } from "./edits.ts";
import type { Rule } from "./reviews/rule.ts";
import { AFTER_LOWER_CASE, BEFORE_LOWER_CASE } from "./reviews/rules.ts";
import type { TextSettings } from "./vocabulary.ts";

/** A tag of markup, which becomes a space. */
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
/**
 * 30 combining marks that more marks follow. NFC sorts a run of marks in quadratic time, so a joiner
 * divides long runs.
 */
const LONG_RUN_OF_MARKS = /\p{M}{30}(?=\p{M})/gu;
const JOINER = "\u034f"; // as in Unicode's stream-safe text format (UAX 15, D4)
const UNUSUAL = /[<&`\u0080-\uffff]/;
const NOT_ASCII = /[^\0-\x7f]/;

export const decodeEntity = (_entity: string, name: string): string => ENTITIES.get(name)!;
export const plain = (typographic: string): string => PLAIN.get(typographic)!;

/**
 * Applies NFC. The result for a text is that for its parts, if it is divided before characters that
 * NFC does not compose with the one before.
 */
export function compose(text: string): string {
  return text.replace(LONG_RUN_OF_MARKS, `$&${JOINER}`).normalize("NFC");
}

/** Whether the rules `article` or `default` only lower-case this text. */
export function isOnlyLowerCased(text: string, { rules }: TextSettings): boolean {
  return rules === "article" || !UNUSUAL.test(text);
}

/**
 * Normalizes a text for the scanner. The rules `article` lower-case it. The rules `default` also
 * remove markup, decode entities, compose characters (NFC), and replace typographic quotes, dashes
 * and dots by ASCII. The rules `reviews` are listed in `reviews/rules.ts`. Any string is accepted, and
 * the time is linear in its length. `align` does the same and keeps the origin of each unit.
 */
export function normalize(text: string, settings: TextSettings): string {
  if (settings.rules === "reviews") {
    const written = applyRules(text, BEFORE_LOWER_CASE, settings, ON_TEXT);
    return applyRules(written.toLowerCase(), AFTER_LOWER_CASE, settings, ON_TEXT);
  }
  if (isOnlyLowerCased(text, settings)) return text.toLowerCase();
  return compose(text.replace(TAG, " ").replace(ENTITY, decodeEntity))
    .replace(TYPOGRAPHIC, plain)
    .toLowerCase();
}

const ON_TEXT = {
  step: (before: string, rule: Rule) => rewrite(before, rule.edits(before)),
  textOf: (text: string) => text,
};

/**
 * Applies the rules that are switched on and concern the text, in order. `T` is a string or has one,
 * which `textOf` returns.
 */
export function applyRules<T>(
  text: T,
  rules: readonly Rule[],
  { without = [] }: TextSettings,
  { step, textOf }: { step: (text: T, rule: Rule) => T; textOf: (text: T) => string },
): T {
  let current = text;
  let isAscii: boolean | undefined;
  for (const rule of rules) {
    if (rule.isBeyondAscii) {
      isAscii ??= !NOT_ASCII.test(textOf(current));
      if (isAscii) continue;
    }
    if (!rule.concerns(textOf(current)) || without.includes(rule.name)) continue;
    current = step(current, rule);
    isAscii = undefined;
  }
  return current;
}
