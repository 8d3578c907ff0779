import type { BatchItem } from "./results.ts";

/**
 * What scoreMany and stream take: a list, a generator or a stream. A single string is excluded,
 * although a string is iterable.
 */
export type Texts = TextsOf<string | BatchItem>;
type TextsOf<T> = readonly T[] | (Iterable<T> & object) | AsyncIterable<T>;

export function toItem(text: string | BatchItem): BatchItem {
  return typeof text === "string" ? { text } : text;
}
