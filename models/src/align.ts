import { type Edit, replacements } from "./edits.ts";
import {
  applyRules,
  compose,
  decodeEntity,
  ENTITY,
  isOnlyLowerCased,
  plain,
  TAG,
  TYPOGRAPHIC,
} from "./normalize.ts";
import type { Rule } from "./reviews/rule.ts";
import { AFTER_LOWER_CASE, BEFORE_LOWER_CASE } from "./reviews/rules.ts";
import type { TextSettings } from "./vocabulary.ts";

/**
 * A normalized text with the origin of each unit: unit `i` stands for the units from `starts[i]` to
 * `ends[i]` of the original text (UTF-16 offsets, `ends` exclusive).
 */
export interface Aligned {
  text: string;
  starts: ArrayLike<number>; // [text.length]
  ends: ArrayLike<number>; // [text.length]
}

/**
 * A character with the marks and Hangul letters that NFC may compose with it, or a character that NFC
 * may change by itself.
 */
const COMPOSABLE = /.[\p{M}\u1160-\u11ff\u{16d67}]+|[^\0-\u02ff]/gsu;
const NOT_ASCII = /[^\0-\x7f]/gu;

/**
 * Does the same as `normalize`, and keeps the origin of each unit. A property test checks that both
 * give the same text. The time is linear in the text's length.
 */
export function align(text: string, settings: TextSettings): Aligned {
  const units = Array.from({ length: text.length }, (_, i) => i);
  let aligned: Aligned = { text, starts: units, ends: units.map((i) => i + 1) };
  if (settings.rules === "reviews") {
    const step = (before: Aligned, rule: Rule) => apply(before, rule.edits(before.text));
    const textOf = (of: Aligned) => of.text;
    aligned = applyRules(aligned, BEFORE_LOWER_CASE, settings, { step, textOf });
    return applyRules(lowerCase(aligned), AFTER_LOWER_CASE, settings, { step, textOf });
  }
  if (!isOnlyLowerCased(text, settings)) {
    aligned = apply(
      aligned,
      replacements(aligned.text, TAG, () => " "),
    );
    aligned = apply(aligned, replacements(aligned.text, ENTITY, decodeEntity));
    aligned = apply(aligned, compositions(aligned.text));
    aligned = apply(aligned, replacements(aligned.text, TYPOGRAPHIC, plain));
  }
  return lowerCase(aligned);
}

/**
 * Lower-cases the whole text at once, because the form of a letter can depend on its neighbours (a
 * final sigma). Its length does not depend on them.
 */
function lowerCase(aligned: Aligned): Aligned {
  return { ...apply(aligned, lengthenings(aligned.text)), text: aligned.text.toLowerCase() };
}

/**
 * The changes that NFC makes, cut down to the units that differ, so that a mark behind a composed
 * letter keeps its own position.
 */
function* compositions(text: string): Iterable<Edit> {
  for (const { 0: before, index } of text.matchAll(COMPOSABLE)) {
    const after = compose(before);
    if (after === before) continue;
    const shorter = Math.min(before.length, after.length);
    let head = 0;
    while (head < shorter && before[head] === after[head]) head++;
    let tail = 0;
    while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
    yield {
      from: index + head,
      to: index + before.length - tail,
      text: after.slice(head, after.length - tail),
    };
  }
}

/** The characters whose lower case is longer. */
function* lengthenings(text: string): Iterable<Edit> {
  for (const { 0: character, index } of text.matchAll(NOT_ASCII)) {
    const lower = character.toLowerCase();
    if (lower.length !== character.length) yield { from: index, to: index + character.length, text: lower };
  }
}

/**
 * Makes edits. All units of an edit's text stand for all units that it replaces. An insertion gets the
 * end of the unit before it.
 */
function apply({ text, starts, ends }: Aligned, edits: Iterable<Edit>): Aligned {
  const after: string[] = [];
  const newStarts: number[] = [];
  const newEnds: number[] = [];
  let at = 0;
  const copyUntil = (to: number) => {
    after.push(text.slice(at, to));
    for (; at < to; at++) {
      newStarts.push(starts[at]!);
      newEnds.push(ends[at]!);
    }
  };
  for (const edit of edits) {
    copyUntil(edit.from);
    const start = edit.from < edit.to ? starts[edit.from]! : (newEnds.at(-1) ?? 0);
    const end = edit.from < edit.to ? ends[edit.to - 1]! : start;
    after.push(edit.text);
    for (let i = 0; i < edit.text.length; i++) {
      newStarts.push(start);
      newEnds.push(end);
    }
    at = edit.to;
  }
  copyUntil(text.length);
  return { text: after.join(""), starts: newStarts, ends: newEnds };
}
