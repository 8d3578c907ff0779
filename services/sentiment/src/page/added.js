/** The columns a row gets, in this order: the same as `npm run score` adds (a test compares). */
export const ADDED = ["sentiment_label", "sentiment_score", "sentiment_truncated", "sentiment_error"];

/** The values of ADDED. None of them can need quotes: labels, codes, numbers and booleans. @param {import("./rows.js").Outcome} outcome */
export function addedTo(outcome) {
  return "error" in outcome
    ? ["", "", "", outcome.error]
    : [outcome.label, outcome.score, outcome.truncated, ""];
}
