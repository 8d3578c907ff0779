import type { Corpus, Review } from "./corpus.ts";

export interface Split {
  train: Review[];
  test: Review[];
}

const HELD_OUT = 0.2;

/** The last 20 % of each user's reviews are held out (rounded down: of fewer than five, none). */
export function lastOfEachUser({ reviews, userCount }: Pick<Corpus, "reviews" | "userCount">): Split {
  const left = new Int32Array(userCount);
  for (const { user } of reviews) left[user]!++;
  const heldOut = left.map((count) => Math.floor(count * HELD_OUT));
  const isTest = (review: Review) => left[review.user]!-- <= heldOut[review.user]!;
  return divide(reviews, isTest);
}

/** The last 20 % of all reviews are held out; reviews of one moment stay together, in training. */
export function byTime({ reviews }: Pick<Corpus, "reviews">): Split {
  const last = reviews[Math.floor(reviews.length * (1 - HELD_OUT))]?.at ?? 0;
  return divide(reviews, ({ at }) => at > last);
}

function divide(reviews: Review[], isTest: (review: Review) => boolean): Split {
  const split: Split = { train: [], test: [] };
  for (const review of reviews) (isTest(review) ? split.test : split.train).push(review);
  return split;
}
