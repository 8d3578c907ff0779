import type { Corpus, Review } from "./corpus.ts";

export interface Split {
  train: Review[];
  test: Review[];
}

const HELD_OUT = 0.2;

/** Holds out the last 20 % of each user's reviews (rounded down: none of fewer than five). */
export function lastOfEachUser({ reviews, userCount }: Pick<Corpus, "reviews" | "userCount">): Split {
  const left = new Int32Array(userCount);
  for (const { user } of reviews) left[user]!++;
  const heldOut = left.map((count) => Math.floor(count * HELD_OUT));
  const isTest = (review: Review) => left[review.user]!-- <= heldOut[review.user]!;
  return divide(reviews, isTest);
}

/** Holds out the last 20 % of all reviews. Reviews of the same time stay together, in training. */
export function byTime({ reviews }: Pick<Corpus, "reviews">): Split {
  const last = reviews[Math.floor(reviews.length * (1 - HELD_OUT))]?.at ?? 0;
  return divide(reviews, ({ at }) => at > last);
}

function divide(reviews: Review[], isTest: (review: Review) => boolean): Split {
  const split: Split = { train: [], test: [] };
  for (const review of reviews) (isTest(review) ? split.test : split.train).push(review);
  return split;
}
