import assert from "node:assert/strict";
import { test } from "node:test";
import { spearman, starMetrics } from "../../trainer/src/evaluation/star-metrics.ts";
import { fitHead } from "../../trainer/src/fit/fit-star-head.ts";
import { learnStars } from "../../trainer/src/fit/learn-stars.ts";
import { expectedStars, sigmoid } from "../../trainer/src/model/star-head.ts";
import { generator } from "../../trainer/src/random.ts";

const near = (a: number, b: number, tolerance: number) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${a} is not within ${tolerance} of ${b}`);

/** Ratings 1, 2, 4, 5 drawn by a head that is known: w = (2, -1, 0). */
function drawn(rows: number, seed: number) {
  const random = generator(seed);
  const truth = {
    values: [1, 2, 4, 5],
    kernel: Float32Array.of(2, -1, 0),
    biases: Float32Array.of(1.5, 0, -2),
  };
  const features = Float32Array.from({ length: 3 * rows }, () => 2 * random() - 1);
  const ratings = Array.from({ length: rows }, (_, row) => {
    const x = 2 * features[3 * row]! - features[3 * row + 1]!;
    const luck = random(); // one draw for all thresholds, so that they are passed in order
    return truth.values[[...truth.biases].filter((b) => sigmoid(x + b) > luck).length]!;
  });
  return { truth, features, ratings };
}

test("expected stars are the ratings weighted by their chances", () => {
  const head = { values: [1, 2, 5], kernel: Float32Array.of(1), biases: Float32Array.of(1, -1) };
  const [above, top] = [sigmoid(2 + 1), sigmoid(2 - 1)];
  const expected = 1 * (1 - above) + 2 * (above - top) + 5 * top;
  near(expectedStars(head, Float32Array.of(2))[0]!, expected, 1e-6);
});

test("a head fitted on drawn ratings finds the weights and the ordered thresholds they were drawn by", () => {
  const { truth, features, ratings } = drawn(20_000, 1);
  const head = fitHead(features, ratings, 0);
  assert.deepEqual(head.values, [1, 2, 4, 5]);
  for (const [i, w] of head.kernel.entries()) near(w, truth.kernel[i]!, 0.1);
  for (const [k, b] of head.biases.entries()) near(b, truth.biases[k]!, 0.1);
  assert.deepEqual(
    [...head.biases],
    [...head.biases].sort((a, b) => b - a),
  );
  assert.deepEqual(fitHead(features, ratings, 0), head, "the same seed gives the same head");
});

test("rank correlation is 1 for any rising map, -1 for a falling one, and shares ranks among ties", () => {
  assert.equal(spearman([1, 2, 3, 4], [10, 100, 1000, 10_000]), 1);
  assert.equal(spearman([1, 2, 3, 4], [4, 3, 2, 1]), -1);
  near(spearman([1, 2, 2, 3], [1, 2, 3, 4]), 0.9487, 1e-4); // 4.5 / sqrt(4.5 * 5)
  assert.equal(spearman([1, 1, 1], [1, 2, 3]), 0);
  assert.deepEqual(starMetrics([2, 3], [0.9, 0.1], [1, 5]), {
    spearman: 1,
    scoreSpearman: -1,
    meanAbsoluteError: 1.5,
  });
});

/** Learns stars of 4,000 drawn rows; the network's score sees as much of the truth as `seen`. */
async function learn(seen: (x: number, y: number) => number, ratings?: number[]) {
  const train = drawn(4000, 2);
  const validation = drawn(1000, 3);
  const lines: string[] = [];
  const row = (i: number) => Int32Array.of(i);
  const learnt = await learnStars({
    seed: 0,
    pool: { features: async (rows) => (rows.length === 4000 ? train : validation).features },
    train: { ids: train.ratings.map((_, i) => row(i)), ratings: ratings ?? train.ratings },
    validation: {
      ids: validation.ratings.map((_, i) => row(i)),
      labels: validation.ratings.map((rating) => Number(rating > 3)),
      ratings: validation.ratings,
    },
    validationLogits: Float32Array.from(
      validation.ratings.flatMap((_, i) => [
        0,
        seen(validation.features[3 * i]!, validation.features[3 * i + 1]!),
      ]),
    ),
    progress: {
      stars: ({ spearman, scoreSpearman }) => lines.push(spearman > scoreSpearman ? "kept" : "left out"),
      noStars: (found) => lines.push(found),
    },
  });
  return { learnt, lines };
}

test("a head that follows the ratings better than the score does is kept", async () => {
  const { learnt, lines } = await learn((x) => 2 * x);
  assert.equal(learnt!.validation.length, 1000);
  assert.deepEqual(lines, ["kept"]);
});

test("a head that follows them no better is left out, and the log says so", async () => {
  const { learnt, lines } = await learn((x, y) => 2 * x - y);
  assert.equal(learnt, undefined);
  assert.deepEqual(lines, ["left out"]);
});

test("two ratings are too few to learn stars from", async () => {
  const { learnt, lines } = await learn(
    (x) => x,
    Array.from({ length: 4000 }, (_, i) => (i % 2 ? 5 : 1)),
  );
  assert.equal(learnt, undefined);
  assert.deepEqual(lines, ["2 different ratings and 1000 validation reviews"]);
});
