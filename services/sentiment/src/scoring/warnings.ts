import type { Encoder } from "@undertone/models";
import { eld } from "eld/extrasmall";

/** Why a text's score deserves less trust, with what it means. */
export const WARNINGS = {
  not_english: "The text is not in English, the only language that the model reads.",
  few_known_words: "The model knows fewer than half of the text's words.",
} as const;
export type Warning = keyof typeof WARNINGS;

/**
 * Looked at of a text, in UTF-16 units from its start: enough to tell its language, and little
 * enough to cost little.
 */
const LOOKED_AT = 200;
/** A smaller vocabulary lacks too many English words to say anything about a language. */
const SMALLEST_VOCABULARY = 10_000;

/*
 * Chosen on 112,000 English reviews of 26 domains and on sentences of 8 to 25 words in 50 other
 * languages with Latin letters. A language detector alone takes slang, names and typing errors for
 * other languages; the vocabulary alone takes languages that share many words with English for
 * English.
 */
const FEWEST_WORDS = 4;
const FOREIGN_BELOW = 0.75;
/**
 * Some languages are like none that the detector knows. With so few known words a text is foreign
 * whatever it says.
 */
const CERTAINLY_FOREIGN_BELOW = 0.4;
const FEWEST_WORDS_FOR_CERTAINTY = 8;
const FEW_BELOW = 0.5;

/** What to warn of when this text is scored by a model of this vocabulary; at most one warning. */
export function warningsOf(text: string, encoder: Encoder): Warning[] {
  if (encoder.vocabularySize < SMALLEST_VOCABULARY) return [];
  const start = text.slice(0, LOOKED_AT);
  const { words, known } = encoder.countWords(start);
  const share = known / words;
  if (words >= FEWEST_WORDS_FOR_CERTAINTY && share < CERTAINLY_FOREIGN_BELOW) return ["not_english"];
  // The detector runs for three texts in a hundred only: it takes longer than everything else here.
  if (words >= FEWEST_WORDS && share < FOREIGN_BELOW && eld.detect(start).language !== "en")
    return ["not_english"];
  return words > 0 && share < FEW_BELOW ? ["few_known_words"] : [];
}
