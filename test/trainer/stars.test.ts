import assert from "node:assert/strict";
import { test } from "node:test";
import { spearman, starMetrics } from "../../trainer/src/evaluation/star-metrics.ts";
import { expectedStars, positiveScores, ratingScale } from "../../trainer/src/model/rating-scale.ts";

const near = (a: number, b: number, tolerance: number) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

test("the scale has the ratings of the corpus, and its middle is the highest one that is not positive", () => {
  assert.deepEqual(ratingScale([5, 1, 4, 2, 3, 1], 3), { values: [1, 2, 3, 4, 5], middle: 2 });
  assert.deepEqual(ratingScale([1, 2, 4, 5], 3), { values: [1, 2, 4, 5], middle: 1 });
});

test("two ratings, too many ratings, or ratings of one class are two classes", () => {
  const classes = { values: [0, 1], middle: 0 };
  assert.deepEqual(ratingScale([1, 5, 1], 3), classes);
  assert.deepEqual(ratingScale([...Array(40).keys()], 20), classes);
  assert.deepEqual(ratingScale([4, 5, 6], 3), classes);
});

test("expected stars are the mean of the ratings, weighted by their probabilities", () => {
  const [above, top] = [sigmoid(3), sigmoid(1)];
  const expected = 1 * (1 - above) + 2 * (above - top) + 5 * top;
  near(expectedStars(Float32Array.of(3, 1), [1, 2, 5])[0]!, expected, 1e-6);
});

test("the score of each row is the probability of a rating above the middle threshold", () => {
  const scores = positiveScores(Float32Array.of(2, 0, -1, 4, 1, -3), 2, 1);
  near(scores[0]!, 0.5, 1e-9);
  near(scores[1]!, sigmoid(1), 1e-6);
});

test("rank correlation is 1 for any rising function, -1 for a falling one, and ties share a rank", () => {
  assert.equal(spearman([1, 2, 3, 4], [10, 100, 1000, 10_000]), 1);
  assert.equal(spearman([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  near(spearman([1, 2, 2, 3], [1, 2, 3, 4]), 0.9487, 1e-4); // = 4.5 / sqrt(4.5 * 5)
  assert.equal(spearman([1, 1, 1], [1, 2, 3]), 0);
  assert.deepEqual(starMetrics([2, 3], [0.9, 0.1], [1, 5]), {
    spearman: 1,
    scoreSpearman: -1,
    meanAbsoluteError: 1.5,
  });
});
