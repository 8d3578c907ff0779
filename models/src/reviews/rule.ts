import { type Edit, replacements } from "../edits.ts";

/**
 * One step that makes a written text easier to read for the model. Every rule is linear in the
 * text's length.
 */
export interface Rule {
  /** What a settings file calls the rule when it switches it off. */
  name: string;
  /**
   * Whether the rule changes no text of ASCII characters alone; that is found out once for all such
   * rules.
   */
  isBeyondAscii?: true;
  /**
   * A cheap test that is true for every text which the rule may change: most rules have nothing to
   * do in most texts.
   */
  concerns: (text: string) => boolean;
  /** What the rule changes, in order and without overlaps. */
  edits: (text: string) => Iterable<Edit>;
}

/** For a rule that concerns every text that is not pure ASCII. */
export const always = (): boolean => true;

/** A test for texts that contain one of the pieces. */
export const containsAny =
  (...pieces: string[]) =>
  (text: string): boolean =>
    pieces.some((piece) => text.includes(piece));

/** The edits that put `by` in the place of every match. */
export const replacing =
  (pattern: RegExp, by: string | ((match: string, group: string) => string)) =>
  (text: string): Iterable<Edit> =>
    replacements(text, pattern, typeof by === "string" ? () => by : by);
