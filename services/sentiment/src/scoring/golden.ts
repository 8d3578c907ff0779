import type { Golden } from "@undertone/models";
import { Refusal } from "./refusal.ts";
import type { Score } from "./score.ts";
import type { Precision } from "./thread.ts";

/** How far a golden score may lie from the one in the artifact: other machines round otherwise. */
const GOLDEN_TOLERANCE = 1e-4;

/** Throws one sentence when the model does not answer its golden texts as its maker saw it answer. */
export function compareGolden(
  outcomes: readonly (Score | Refusal)[],
  golden: Golden,
  precision: Precision,
): void {
  outcomes.forEach((outcome, index) => {
    const { score, int8Score } = golden.texts[index]!;
    const expected = precision === "int8" ? int8Score! : score;
    const found = outcome instanceof Refusal ? outcome.code : outcome.score;
    if (typeof found === "number" && Math.abs(found - expected) <= GOLDEN_TOLERANCE) return;
    throw new Error(
      `golden.json: text ${index} expected a score of ${expected} within ${GOLDEN_TOLERANCE}, found ${found}`,
    );
  });
}
