import { shuffle } from "../../../trainer/src/random.ts";
import type { Corpus } from "./corpus.ts";

/**
 * Derives a corpus with mostly liked reviews from a real one. Disliked reviews are dropped at random
 * until `share` of the rest is liked. Reviews without a verdict are dropped too. The result is not a
 * real corpus; it only shows a limit.
 */
export function mostlyLiked(corpus: Corpus, share: number): Corpus {
  const liked = corpus.reviews.filter((review) => review.liked === true);
  const disliked = corpus.reviews.filter((review) => review.liked === false);
  const left = Math.min(disliked.length, Math.round((liked.length * (1 - share)) / share));
  const kept = new Set([...liked, ...shuffle(disliked, 1).slice(0, left)]);
  return { ...corpus, reviews: corpus.reviews.filter((review) => kept.has(review)) };
}
