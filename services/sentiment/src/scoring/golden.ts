import type { Golden } from "@undertone/models";
import { Refusal } from "./refusal.ts";
import type { Score } from "./score.ts";

/** Tolerance for golden scores: machines round differently. */
const GOLDEN_TOLERANCE = 1e-4;

/**
 * Tolerance for golden stars: they are rounded to one decimal, and a value between two decimals may
 * round either way.
 */
const STARS_TOLERANCE = 0.051;

/**
 * Throws an error of one sentence when a golden text does not get the score that the artifact
 * states.
 */
export function compareGolden(outcomes: readonly (Score | Refusal)[], golden: Golden): void {
  outcomes.forEach((outcome, index) => {
    const expected = golden.texts[index]!;
    const fault = (what: string, value: unknown, tolerance: number, found: unknown) =>
      new Error(
        `golden.json: text ${index} expected ${what} of ${value} within ${tolerance}, found ${found}`,
      );
    if (outcome instanceof Refusal) throw fault("a score", expected.score, GOLDEN_TOLERANCE, outcome.code);
    if (!(Math.abs(outcome.score - expected.score) <= GOLDEN_TOLERANCE))
      throw fault("a score", expected.score, GOLDEN_TOLERANCE, outcome.score);
    if (outcome.stars === undefined && expected.stars === undefined) return;
    if (!(Math.abs(outcome.stars! - expected.stars!) <= STARS_TOLERANCE))
      throw fault("stars", expected.stars ?? "none", STARS_TOLERANCE, outcome.stars ?? "none");
  });
}
