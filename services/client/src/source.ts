import type { BatchItem } from "./results.ts";

/**
 * What the long calls take: a list, a generator, a stream. Not one text, though a string could be
 * iterated too.
 */
export type Texts = TextsOf<string | BatchItem>;
type TextsOf<T> = readonly T[] | (Iterable<T> & object) | AsyncIterable<T>;

export function toItem(text: string | BatchItem): BatchItem {
  return typeof text === "string" ? { text } : text;
}
