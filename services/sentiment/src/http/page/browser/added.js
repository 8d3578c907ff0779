/** The page adds to a row what `npm run score` adds; a test compares the two. */

const STARS = "sentiment_stars";
const ALWAYS = [
  "sentiment_label",
  "sentiment_score",
  "sentiment_truncated",
  "sentiment_warnings",
  "sentiment_error",
];
/** Every column that a row can get. */
export const ADDED = [...ALWAYS, STARS];

/** The columns that rows get, in this order. @param {boolean} stars whether the model estimates them */
export function addedColumns(stars) {
  return stars ? ADDED : ALWAYS;
}

/**
 * The values of those columns, null for none. None of them can need quotes: labels, codes, numbers and booleans.
 * @param {import("./rows.js").Outcome} outcome
 * @param {boolean} stars
 */
export function addedTo(outcome, stars) {
  const scored = "error" in outcome ? undefined : outcome;
  const failure = "error" in outcome ? outcome.error : null;
  const warnings = scored?.warnings?.join(" ") ?? null;
  const values = [scored?.label ?? null, scored?.score ?? null, scored?.truncated ?? null, warnings, failure];
  return stars ? [...values, scored?.stars ?? null] : values;
}

/** @param {import("./rows.js").Outcome} outcome @param {boolean} stars */
export function csvFields(outcome, stars) {
  return addedTo(outcome, stars)
    .map((value) => value ?? "")
    .join(",");
}
