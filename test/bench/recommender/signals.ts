import { weightedRating } from "../../../services/recommender/src/ranking/quality.ts";
import { shuffle } from "../../../trainer/src/random.ts";
import type { Review } from "./corpus.ts";
import type { Signal } from "./evaluate.ts";

/** The scores (0..1) by text. */
export type Scores = ReadonlyMap<string, number>;

/** Only interactions. */
export const nothing: Signal = () => undefined;

/** The text's score, without stars. */
export const byScore =
  (scores: Scores): Signal =>
  ({ text }) => {
    const score = scores.get(text);
    return score === undefined ? undefined : weightedRating({ score });
  };

/** The reviewer's stars. A review without stars is an interaction only. */
export const byStars: Signal = ({ stars }) => (stars === undefined ? undefined : weightedRating({ stars }));

/**
 * The same scores, given to the reviews at random: the effect of scores that say nothing about their
 * review.
 */
export function shuffled(reviews: readonly Review[], scores: Scores, seed: number): Signal {
  const scored = reviews.filter(({ text }) => scores.has(text));
  const dealt = shuffle(
    scored.map(({ text }) => scores.get(text)!),
    seed,
  );
  const scoreOf = new Map(scored.map((review, i) => [review, dealt[i]!]));
  return (review) => {
    const score = scoreOf.get(review);
    return score === undefined ? undefined : weightedRating({ score });
  };
}
