/** A replacement of the units from `from` to `to` (exclusive) of a text. */
export interface Edit {
  from: number;
  to: number;
  text: string;
}

/** One edit per match of a global pattern. `by` gets the match and its first group. */
export function* replacements(
  text: string,
  pattern: RegExp,
  by: (match: string, group: string) => string,
): Generator<Edit> {
  for (const match of text.matchAll(pattern)) {
    yield { from: match.index, to: match.index + match[0].length, text: by(match[0], match[1]!) };
  }
}

/** Makes the edits, which must be in order and must not overlap. */
export function rewrite(text: string, edits: Iterable<Edit>): string {
  let after = "";
  let at = 0;
  for (const { from, to, text: replacement } of edits) {
    after += text.slice(at, from) + replacement;
    at = to;
  }
  return at === 0 ? text : after + text.slice(at);
}
