import type { BatchResult, ItemResult } from "@undertone/client";
import type { ScoredText } from "../storage/feedback.ts";
import type { FeedbackKey } from "../storage/tables.ts";

export type UnscoredText = FeedbackKey & { text: string };

/** Codes of errors that the same text will always get. */
const PERMANENT = new Set<string>([
  "empty_text",
  "no_known_words",
  "no_opinion",
  "not_english",
  "few_known_words",
  "text_too_long",
  "invalid_text",
]);

export interface Answers {
  /** Texts with a score, or with a reason to count as an interaction only. */
  final: ScoredText[];
  /** Texts that are sent again. */
  open: UnscoredText[];
}

/**
 * Sorts the texts of a batch by the service's answer. A score counts only if it has no warning. A
 * text with a warning, or with a permanent error, counts as an interaction only.
 */
export function readAnswers(batch: readonly UnscoredText[], { results }: BatchResult): Answers {
  const answers: Answers = { final: [], open: [] };
  for (const [index, row] of batch.entries()) {
    const result = results[index]!;
    const reason = outcome(result);
    if (result.status === "ok" && reason === "ok") {
      answers.final.push({ ...row, score: result.score, stars: result.stars });
    } else if (result.status === "ok" || PERMANENT.has(reason)) {
      answers.final.push({ ...row, interactionOnly: reason });
    } else {
      answers.open.push(row);
    }
  }
  return answers;
}

/** A sentiment service of an earlier version gives no warnings. */
type Warned = Extract<ItemResult, { status: "ok" }> & { warnings?: readonly string[] };

/** "ok", the first warning, or the code of the error. */
export function outcome(result: ItemResult): string {
  if (result.status === "error") return result.error.code;
  const { warnings = [] }: Warned = result;
  return warnings[0] ?? "ok";
}
