import { emails, links, mentions, numbers } from "./classes.ts";
import { emoji } from "./emoji.ts";
import { emoticons } from "./emoticons.ts";
import { hashtags } from "./hashtags.ts";
import { entities, hiddenMarkup, tags } from "./markup.ts";
import { drawnStars, fractions, outOf, stars, thumbs } from "./ratings.ts";
import type { Rule } from "./rule.ts";
import { backticks, compatibility, invisible, typography } from "./unicode.ts";

/**
 * The rules that normalize a review before it is split, in this order. Each rule reads the result of
 * the one before:
 *
 *     entities (twice) -> markup -> drawn stars -> emoji -> typography -> invisible -> compatibility -> hashtags
 *       -> lower-casing -> links, e-mail, mentions, numbers -> ratings -> emoticons
 */
export const BEFORE_LOWER_CASE: readonly Rule[] = [
  entities,
  entities,
  hiddenMarkup,
  tags,
  drawnStars,
  emoji,
  typography,
  backticks,
  invisible,
  compatibility,
  hashtags,
];
export const AFTER_LOWER_CASE: readonly Rule[] = [
  links,
  emails,
  mentions,
  numbers,
  fractions,
  outOf,
  stars,
  thumbs,
  emoticons,
];

/** Rules that act while a text is split, and while a word is looked up. */
export const CONTRACTIONS = "contractions";
export const REPEATS = "repeats";
export const STRETCHED = "stretched";

/** Every rule that settings can switch off. */
export const RULE_NAMES: readonly string[] = [
  ...new Set([...BEFORE_LOWER_CASE, ...AFTER_LOWER_CASE].map(({ name }) => name)),
  CONTRACTIONS,
  REPEATS,
  STRETCHED,
];
