import { existsSync } from "node:fs";
import type { Encoder } from "@undertone/models";
import { readTexts } from "../../../trainer/src/data/corpus.ts";
import { generator } from "../../../trainer/src/random.ts";

const CORPUS = "../shared/data/imdb-test.csv.gz";
export const FIXTURE = "test/fixtures/reviews.csv";

export interface Texts {
  source: string;
  texts: string[];
}

/**
 * `count` reviews without their labels. They repeat if the file has fewer. Reviews that the service
 * refuses (no known word) are left out, because they would count as reviews and need no inference.
 */
export async function readBenchTexts(
  encoder: Encoder,
  corpus: string | undefined,
  count: number,
): Promise<Texts> {
  const file = corpus ?? (existsSync(CORPUS) ? CORPUS : FIXTURE);
  const scorable = (await readTexts(file, "review_text")).filter((text) => encoder.encode(text).words > 0);
  const all = shuffled(scorable);
  const texts = Array.from({ length: count }, (_, i) => all[i % all.length]!);
  const name = file.split("/").at(-1);
  return { texts, source: file === FIXTURE ? `${name}: short fixture texts, not real lengths` : `${name}` };
}

/** A text of exactly `tokens` tokens, cut from reviews. */
export function textOfTokens(encoder: Encoder, texts: readonly string[], tokens: number): string {
  let words = texts
    .join(" ")
    .replace(/[^a-z ]+/gi, " ")
    .split(/ +/)
    .filter(Boolean);
  while (words.length < 2 * tokens) words = [...words, ...words];
  // Some rules join two words to one token.
  for (let count = tokens; count <= words.length; count++) {
    const text = words.slice(0, count).join(" ");
    const { total } = encoder.encode(text);
    if (total === tokens) return text;
    if (total > tokens) break;
  }
  throw new Error(`found no text of exactly ${tokens} tokens`);
}

/** A random order that is the same in every run. */
function shuffled(texts: readonly string[]): string[] {
  const random = generator(1);
  const keys = texts.map(() => random());
  return [...texts.keys()].sort((a, b) => keys[a]! - keys[b]!).map((i) => texts[i]!);
}
