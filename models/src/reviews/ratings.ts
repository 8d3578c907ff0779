import type { Edit } from "../edits.ts";
import { containsAny, type Rule } from "./rule.ts";

/** The token for a rating, as a share of its scale: `<rating-0>` to `<rating-10>`. */
const tokenOf = (share: number) => ` <rating-${Math.round(10 * Math.min(1, share))}> `;

const FULL = "[★⭐🌟]\ufe0f?";
const EMPTY = "[☆✩]\ufe0f?";
const DRAWN = new RegExp(`${FULL}(?:\\s?${FULL})*(?:\\s?${EMPTY})*`, "gu");
const MAX_STARS = 10;

/**
 * Replaces drawn stars ("★★☆☆☆") by a rating. A single star stays, because it is often an ornament.
 * It must run before `emoji`.
 */
export const drawnStars: Rule = {
  name: "ratings",
  concerns: containsAny("★", "⭐", "🌟"),
  *edits(text) {
    for (const { 0: drawn, index } of text.matchAll(DRAWN)) {
      const full = drawn.match(/[★⭐🌟]/gu)!.length;
      const all = full + (drawn.match(/[☆✩]/gu)?.length ?? 0);
      if (all === 1 || all > MAX_STARS) continue;
      const scale = all > full ? all : 5;
      yield { from: index, to: index + drawn.length, text: tokenOf(full / scale) };
    }
  },
};

const WORDS = "zero one two three four five six seven eight nine ten".split(" ");
const FIGURES = String.raw`\d{1,3}(?:[.,]\d{1,2})?`;
const NUMBER = `(?<number>${FIGURES}|${WORDS.join("|")}|no)`;
const HALF = String.raw`(?<half>\s{1,2}1\/2|\sand\sa\shalf)?`;
const STAR = String.raw`(?:[\s-]?stars?\b)?`;
const APART = String.raw`(?<![\w./,:$£€])`;
const COUNTED = "times?|people|persons?|customers|men|women|days?|years?|cases|attempts|tries|orders|users";

/**
 * A pattern of ratings. The search starts with `middle`, which is rare in texts and found quickly, and
 * then looks before and after it.
 */
interface Pattern {
  middle: string;
  before: RegExp;
  after: RegExp;
}
/** Longer than anything that `before` can match. */
const LONGEST_BEFORE = 40;

const FRACTION: Pattern = {
  middle: "/",
  before: new RegExp(`${APART}(?<number>${FIGURES})\\s?$`),
  after: new RegExp(String.raw`\s?(?<scale>5|100?)(?![\w/]|[.,]\d|\s?(?:of|th)\b)${STAR}`, "y"),
};
const OUT_OF: Pattern = {
  middle: "out of",
  before: new RegExp(String.raw`${APART}${NUMBER}${HALF}${STAR}\s$`),
  after: new RegExp(
    [
      String.raw`\s(?:a\s)?(?:possible\s)?(?<scale>5|100?|five|ten)\b`,
      String.raw`(?![/.,]\d|\s(?:the\s)?(?:${COUNTED})\b)${STAR}`,
    ].join(""),
    "y",
  ),
};
const STARS: Pattern = {
  middle: "star",
  before: new RegExp(String.raw`${APART}${NUMBER}${HALF}[\s-]?$`),
  after: /s?\b(?!\sof\b)/y,
};

/**
 * "4/5", "7.5 / 10". A number far above its scale is not a rating but, for example, a date. "11/10"
 * still counts.
 */
export const fractions: Rule = rating(FRACTION);
/** "8 out of 10", "four and a half stars out of five". */
export const outOf: Rule = rating(OUT_OF);
/** "4.5 stars", "five-star": out of five, or out of ten if the number is above five. */
export const stars: Rule = rating(STARS);

function rating(pattern: Pattern): Rule {
  return { name: "ratings", concerns: containsAny(pattern.middle), edits: (text) => ratings(text, pattern) };
}

function* ratings(text: string, { middle, before, after }: Pattern): Generator<Edit> {
  let last = 0;
  for (let at = text.indexOf(middle); at >= 0; at = text.indexOf(middle, at + 1)) {
    after.lastIndex = at + middle.length;
    const scale = after.exec(text)?.groups;
    const to = after.lastIndex;
    const value = to > 0 ? before.exec(text.slice(Math.max(last, at - LONGEST_BEFORE), at)) : null;
    if (value === null) continue;
    const share = shareOf(value.groups!, scale?.scale);
    if (share === undefined) continue;
    yield { from: at - value[0].length, to, text: tokenOf(share) };
    last = to;
  }
}

/** The rating as a share of its scale; undefined if it is far above the scale. */
function shareOf({ number, half }: Record<string, string>, scale?: string): number | undefined {
  const value = numberOf(number!) + (half === undefined ? 0 : 0.5);
  if (scale === undefined) return value / (value > 5 ? 10 : 5);
  const share = value / numberOf(scale);
  return share > 1.2 ? undefined : share;
}

function numberOf(written: string): number {
  const word = written === "no" ? 0 : WORDS.indexOf(written);
  return word < 0 ? Number(written.replace(",", ".")) : word;
}

const THUMBS = /\b(?:(?:two|2|both|one|1|a)\s)?(?:(?:very|big|huge|enthusiastic)\s)*thumbs?[\s-](up|down)\b/g;

/** "Two thumbs up", and the emoji, which has this name by now. */
export const thumbs: Rule = {
  name: "ratings",
  concerns: containsAny("thumb"),
  *edits(text) {
    for (const { 0: thumbs, 1: direction, index } of text.matchAll(THUMBS))
      yield { from: index, to: index + thumbs.length, text: ` <thumbs-${direction}> ` };
  },
};
