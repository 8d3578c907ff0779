import { COMMON_PROBLEMS, Problem, type ProblemTable } from "@undertone/base";
import type { Refusal, RefusalCode } from "../scoring/refusal.ts";

/** Every code this service answers with. */
export const PROBLEMS = {
  ...COMMON_PROBLEMS,
  empty_text: { status: 422, title: "The text is empty." },
  no_known_words: { status: 422, title: "The model knows no word of the text." },
  unscorable_text: { status: 422, title: "Scoring the text fails every time." },
  text_too_long: { status: 422, title: "The text is longer than this service scores." },
} as const satisfies ProblemTable & Record<RefusalCode, unknown>;

export function toProblem({ code, message, retryAfter }: Refusal): Problem {
  return new Problem(code, message, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
}
