import type { Encoded, Encoder, WordCount } from "@undertone/models";
import { eld } from "eld/extrasmall";

/** The warnings, with their meanings. */
export const WARNINGS = {
  not_english: "The text is not in English, the only language that the model reads.",
  few_known_words: "The model knows fewer than half of the text's words.",
} as const;
export type Warning = keyof typeof WARNINGS;

/**
 * The length of the examined beginning of a text, in UTF-16 units: enough to recognize its
 * language, and cheap.
 */
const LOOKED_AT = 200;
/** A smaller vocabulary lacks too many English words to recognize a language. */
const SMALLEST_VOCABULARY = 10_000;

/*
 * Chosen on 112,000 English reviews of 26 domains and on sentences of 8 to 25 words in 50 other
 * languages with Latin letters. A language detector alone takes slang, names and typing errors for
 * other languages. The vocabulary alone takes languages that share many words with English for
 * English.
 */
const FEWEST_WORDS = 4;
const FOREIGN_BELOW = 0.75;
/**
 * The detector does not know every language. A text with so few known words is foreign, no matter
 * what the detector says.
 */
const CERTAINLY_FOREIGN_BELOW = 0.4;
const FEWEST_WORDS_FOR_CERTAINTY = 8;
const FEW_BELOW = 0.5;

/** The warnings for a text, for a model with this vocabulary: at most one. */
export function warningsOf(text: string, encoder: Encoder): Warning[] {
  if (encoder.vocabularySize < SMALLEST_VOCABULARY) return [];
  const start = text.slice(0, LOOKED_AT);
  return warningsFor(start, encoder.countWords(start));
}

/** An encoded text with its warnings. A short text is read once for both. */
export function encodeWithWarnings(text: string, encoder: Encoder): Encoded & { warnings: Warning[] } {
  if (text.length > LOOKED_AT || encoder.vocabularySize < SMALLEST_VOCABULARY)
    return { ...encoder.encode(text), warnings: warningsOf(text, encoder) };
  const count = { words: 0, known: 0 };
  return { ...encoder.encode(text, count), warnings: warningsFor(text, count) };
}

function warningsFor(start: string, { words, known }: WordCount): Warning[] {
  const share = known / words;
  if (words >= FEWEST_WORDS_FOR_CERTAINTY && share < CERTAINLY_FOREIGN_BELOW) return ["not_english"];
  // The detector takes longer than everything else here, so it runs for about three texts in a
  // hundred.
  if (words >= FEWEST_WORDS && share < FOREIGN_BELOW && eld.detect(start).language !== "en")
    return ["not_english"];
  return words > 0 && share < FEW_BELOW ? ["few_known_words"] : [];
}
