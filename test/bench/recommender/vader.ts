import vader from "vader-sentiment";

/**
 * VADER's compound score (Hutto and Gilbert 2014), -1..1, moved to 0..1; one half for a text
 * without a word of its lexicon.
 */
export function vaderScore(text: string): number {
  return (vader.SentimentIntensityAnalyzer.polarity_scores(text).compound + 1) / 2;
}
