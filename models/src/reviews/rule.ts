import { type Edit, replacements } from "../edits.ts";

/**
 * One step of the normalization. The time of every rule is linear in the text's length.
 */
export interface Rule {
  /** The name with which the settings can switch the rule off. */
  name: string;
  /**
   * Whether the rule never changes a text of ASCII characters only. Whether a text is ASCII is tested
   * once for all such rules.
   */
  isBeyondAscii?: true;
  /**
   * A fast test that is true for every text that the rule may change. It is false for most texts.
   */
  concerns: (text: string) => boolean;
  /** The rule's changes, in order and without overlaps. */
  edits: (text: string) => Iterable<Edit>;
}

/** The `concerns` of a rule that may change every text. */
export const always = (): boolean => true;

/** A test for texts that contain one of the pieces. */
export const containsAny =
  (...pieces: string[]) =>
  (text: string): boolean =>
    pieces.some((piece) => text.includes(piece));

/** The `edits` of a rule that replaces every match of a global pattern. */
export const replacing =
  (pattern: RegExp, by: string | ((match: string, group: string) => string)) =>
  (text: string): Iterable<Edit> =>
    replacements(text, pattern, typeof by === "string" ? () => by : by);
