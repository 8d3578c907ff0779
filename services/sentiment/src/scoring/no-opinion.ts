/**
 * Placeholders that exports of reviews and form fields have instead of a text, in lower case and
 * without punctuation at the ends. "No complaints", and "nothing" as an answer to what was
 * disliked, are praise, so they are not here.
 */
const PLACEHOLDERS = new Set([
  // written by programs
  ...["nan", "null", "undefined", "n", "#name", "#n/a", "#null", "#value", "none", "nil", "missing", "empty"],
  // written by review sites
  ...["deleted", "removed", "review", "no review", "no review text", "no text", "no title", "no content"],
  ...[
    "no negative",
    "no positive",
    "no comment",
    "no comments",
    "no comments available",
    "no review available",
  ],
  ...["there are no comments available for this review", "text not available", "not available"],
  ...["this review is hidden because it doesn't meet our guidelines", "this review has been removed"],
  // written by people who must fill in a field
  ...["n/a", "n.a", "na", "not applicable", "see above", "as above", "same as above", "unknown", "no answer"],
  ...["no", "x", "xx", "xxx", "xxxx", "xxxxx", "asdf", "test", "testing", "lorem ipsum"],
]);
const LONGEST = Math.max(...[...PLACEHOLDERS].map(({ length }) => length));

/**
 * White space and the characters around a placeholder, as in "[deleted]", "None.", "\N", "#NAME?".
 */
const AROUND = /^[\s\p{Ps}\p{Pi}\p{Pd}"'<*_.,:;!\\]+|[\s\p{Pe}\p{Pf}\p{Pd}"'>*_.,:;!?]+$/gu;

/** Whether a text is only a placeholder for a missing text. */
export function isPlaceholder(text: string): boolean {
  if (text.length > 2 * LONGEST) return false;
  const bare = text.normalize("NFKC").replace(AROUND, "").replace(/’/g, "'").replace(/\s+/g, " ");
  return PLACEHOLDERS.has(bare.toLowerCase());
}
