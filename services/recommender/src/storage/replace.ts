import type { FeedbackKey, FeedbackRow } from "./tables.ts";

/** Feedback as a client sent it. If `at` is undefined, the time is now. */
export interface Sent extends FeedbackKey {
  at: string | undefined;
  rating: number | null;
  text: string | null;
}

/** `unchanged`: the same feedback is stored already. `superseded`: the stored feedback is later. */
export type Outcome = "stored" | "unchanged" | "superseded";

/**
 * Decides which row is stored if `sent` comes and `before` is stored. A later review replaces an
 * earlier one. An interaction does not replace a review. The same review sent again changes nothing,
 * so it keeps its score.
 *
 * A time after `now` counts as `now`, in the sent row and in the stored one. So feedback with a wrong
 * date cannot keep later feedback out.
 */
export function replace(
  before: FeedbackRow | undefined,
  sent: Sent,
  now: string,
): { outcome: Outcome; after: FeedbackRow } {
  const row: FeedbackRow = { ...sent, at: earlier(sent.at ?? now, now), ...UNSCORED };
  if (before === undefined) return { outcome: "stored", after: row };
  if (row.at < earlier(before.at, now)) return { outcome: "superseded", after: before };
  const sameText = sent.text === before.text;
  const sameTime = sent.at === undefined || row.at === before.at;
  const same = sameText && sent.rating === before.rating && sameTime;
  if (same || (!isReview(sent) && isReview(before))) return { outcome: "unchanged", after: before };
  const { score, stars, model, interaction_only, attempts } = before;
  const after = sameText ? { ...row, score, stars, model, interaction_only, attempts } : row;
  return { outcome: "stored", after };
}

const UNSCORED = { score: null, stars: null, model: null, interaction_only: null, attempts: 0 };

const earlier = (a: string, b: string) => (a < b ? a : b);

function isReview({ text, rating }: Pick<FeedbackRow, "text" | "rating">): boolean {
  return text !== null || rating !== null;
}
