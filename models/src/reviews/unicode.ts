import type { Edit } from "../edits.ts";
import { always, containsAny, type Rule, replacing } from "./rule.ts";

const PLAIN = new Map([
  ..."‘’‛ʼ＇´′".split("").map((quote) => [quote, "'"] as const),
  ..."“”„«»″".split("").map((quote) => [quote, '"'] as const),
  ["…", "..."] as const,
  ..."–—―".split("").map((dash) => [dash, "--"] as const),
  ["½", " 1/2"] as const,
  ..."©®™".split("").map((sign) => [sign, " "] as const),
]);

/**
 * Replaces typographic quotes, dashes, dots and halves by ASCII, and the signs ©, ® and ™ by a space.
 */
export const typography: Rule = {
  name: "typography",
  isBeyondAscii: true,
  concerns: always,
  edits: replacing(/[‘’‛ʼ＇´′“”„«»″…–—―½©®™]/g, (character) => PLAIN.get(character)!),
};

/** Replaces the backtick, which is often typed for an apostrophe. */
export const backticks: Rule = {
  name: "typography",
  concerns: containsAny("`"),
  edits: replacing(/`/g, "'"),
};

/**
 * Characters without a glyph: soft hyphens, joiners, marks of direction, and variation selectors.
 */
const INVISIBLE =
  /\p{Variation_Selector}|[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;
export const invisible: Rule = {
  name: "invisible",
  isBeyondAscii: true,
  concerns: always,
  edits: replacing(INVISIBLE, ""),
};

/**
 * A character with the marks that NFKC may compose with it, or a character that NFKC may change by
 * itself.
 */
const CLUSTER = /[\0-\x7f]?[\p{M}\u1160-\u11ff\uff9e\uff9f]+|[^\0-\x7f][\p{M}\u1160-\u11ff\uff9e\uff9f]*/gu;
/**
 * 30 marks that more marks follow. NFKC sorts a run of marks in quadratic time, so a joiner divides
 * long runs.
 */
const LONG_RUN_OF_MARKS = /\p{M}{30}(?=\p{M})/gu;
const JOINER = "\u034f"; // as in Unicode's stream-safe text format (UAX 15, D4)

const compose = (text: string) => text.replace(LONG_RUN_OF_MARKS, `$&${JOINER}`).normalize("NFKC");

/**
 * Applies NFKC, cluster by cluster. Full-width letters, ligatures and mathematical letters become
 * ordinary letters.
 */
export const compatibility: Rule = {
  name: "compatibility",
  isBeyondAscii: true,
  concerns: (text) => text.search(LONG_RUN_OF_MARKS) >= 0 || text.normalize("NFKC") !== text,
  *edits(text) {
    for (const { 0: before, index } of text.matchAll(CLUSTER)) {
      const after = compose(before);
      if (after !== before) yield difference(before, after, index);
    }
  },
};

/**
 * The edit, cut down to the units that differ, so that a mark behind a composed letter keeps its own
 * position.
 */
function difference(before: string, after: string, index: number): Edit {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return {
    from: index + head,
    to: index + before.length - tail,
    text: after.slice(head, after.length - tail),
  };
}
