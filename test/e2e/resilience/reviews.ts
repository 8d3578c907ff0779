import { readFileSync } from "node:fs";
import { parse } from "csv-parse/sync";

const FILE = new URL("../../fixtures/reviews.csv", import.meta.url);
const [, ...rows] = parse(readFileSync(FILE)) as string[][];
const SENTENCES = rows.map((row) => row.toSorted((a, b) => b.length - a.length)[0]!);

/**
 * The n-th review: about `words` words of the fixture's sentences. All reviews are different.
 */
export function review(n: number, words = 200): string {
  const parts = [`Part ${n}.`];
  for (let count = 2, i = n * 7; count < words; i += 1 + (n % 5)) {
    const sentence = SENTENCES[i % SENTENCES.length]!;
    parts.push(sentence);
    count += sentence.split(" ").length;
  }
  return parts.join(" ");
}

/** The n-th body of POST /sentiment/batch, with `items` reviews. */
export function batchBody(n: number, items: number, words = 200): Buffer {
  const texts = Array.from({ length: items }, (_, i) => ({ text: review(n * items + i, words) }));
  return Buffer.from(JSON.stringify({ items: texts }));
}
