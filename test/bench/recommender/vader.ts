import vader from "vader-sentiment";

/**
 * VADER's compound score (Hutto and Gilbert 2014), scaled from -1..1 to 0..1. It is 0.5 for a text
 * without a word of its lexicon.
 */
export function vaderScore(text: string): number {
  return (vader.SentimentIntensityAnalyzer.polarity_scores(text).compound + 1) / 2;
}
