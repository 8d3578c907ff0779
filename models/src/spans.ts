import { align } from "./align.ts";
import { scan } from "./scan.ts";
import type { TextSettings } from "./vocabulary.ts";

/** A token with its place in the original text: UTF-16 offsets, `end` exclusive. */
export interface Span {
  token: string;
  start: number;
  end: number;
}

/**
 * The tokens of `tokenize` with their places, in order and without overlaps. If two tokens come from
 * the same characters (a mark that composition moved), the second has an empty place after the first.
 * It is slower than `tokenize`, so scoring does not use it.
 */
export function spans(text: string, settings: TextSettings): Span[] {
  const { text: normalized, starts, ends } = align(text, settings);
  const found: Span[] = [];
  let last = 0;
  scan(normalized, settings, (from, to, instead) => {
    const start = Math.max(last, starts[from] ?? text.length);
    const end = from < to ? Math.max(start, ends[to - 1]!) : start;
    found.push({ token: instead ?? normalized.slice(from, to), start, end });
    last = end;
  });
  return found;
}
