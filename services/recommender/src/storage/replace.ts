import type { FeedbackKey, FeedbackRow } from "./tables.ts";

/** Feedback as it was sent; without `at` it happened now. */
export interface Sent extends FeedbackKey {
  at: string | undefined;
  rating: number | null;
  text: string | null;
}

/** `unchanged`: it was there already. `superseded`: what is stored is later. */
export type Outcome = "stored" | "unchanged" | "superseded";

/**
 * What is stored after `sent` came to `before`: a later review replaces an earlier one, a plain interaction replaces no
 * review, and the same review sent again changes nothing, so that its score stays.
 */
export function replace(
  before: FeedbackRow | undefined,
  sent: Sent,
  now: string,
): { outcome: Outcome; after: FeedbackRow } {
  const row = { ...sent, at: sent.at ?? now, score: null, stars: null, model: null, attempts: 0 };
  if (before === undefined) return { outcome: "stored", after: row };
  if (row.at < before.at) return { outcome: "superseded", after: before };
  const sameText = sent.text === before.text;
  const same = sameText && sent.rating === before.rating && (sent.at ?? before.at) === before.at;
  const plain = sent.text === null && sent.rating === null;
  if (same || (plain && isReview(before))) return { outcome: "unchanged", after: before };
  const { score, stars, model, attempts } = before;
  return { outcome: "stored", after: sameText ? { ...row, score, stars, model, attempts } : row };
}

function isReview({ text, rating }: FeedbackRow): boolean {
  return text !== null || rating !== null;
}
