import type { FeedbackKey, FeedbackRow } from "./tables.ts";

/** Feedback as a client sent it. Without `at` it happened now. */
export interface Sent extends FeedbackKey {
  at: string | undefined;
  rating: number | null;
  text: string | null;
}

/** `unchanged`: the same feedback is stored already. `superseded`: the stored feedback is later. */
export type Outcome = "stored" | "unchanged" | "superseded";

/**
 * What is stored when `sent` meets `before`. A later review replaces an earlier one. An interaction
 * replaces no review. The same review sent again changes nothing, so its score stays.
 *
 * No time counts as later than `now`, neither a sent one nor a stored one: feedback with a wrong
 * date can never keep later feedback out.
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
  const plain = sent.text === null && sent.rating === null;
  if (same || (plain && isReview(before))) return { outcome: "unchanged", after: before };
  const { score, stars, model, interaction_only, attempts } = before;
  const after = sameText ? { ...row, score, stars, model, interaction_only, attempts } : row;
  return { outcome: "stored", after };
}

const UNSCORED = { score: null, stars: null, model: null, interaction_only: null, attempts: 0 };

const earlier = (a: string, b: string) => (a < b ? a : b);

function isReview({ text, rating }: FeedbackRow): boolean {
  return text !== null || rating !== null;
}
