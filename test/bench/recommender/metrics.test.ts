import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { areaUnderCurve, ndcg, spearman, userMetrics } from "./metrics.ts";

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`);

test("NDCG of one of two relevant items, at rank 2", () => {
  near(ndcg([false, true, false], 2), 1 / Math.log2(3) / (1 + 1 / Math.log2(3)));
});

test("NDCG is 1 if all relevant items are first, 0 without any, and limited to the length of the list", () => {
  assert.equal(ndcg([true, true, false], 2), 1);
  assert.equal(ndcg([true, true], 5), 1);
  assert.equal(ndcg([false, false], 2), 0);
  assert.equal(ndcg([], 2), 0);
});

test("the area under the curve counts liked-disliked pairs in the right order, weighted by the items", () => {
  assert.deepEqual(areaUnderCurve([true, false, true, false]), { sum: (3 / 4) * 4, weight: 4 });
  assert.deepEqual(areaUnderCurve([false, true]), { sum: 0, weight: 2 });
  assert.deepEqual(areaUnderCurve([true, true]), { sum: 0, weight: 0 });
  assert.deepEqual(areaUnderCurve([]), { sum: 0, weight: 0 });
});

test("Spearman's correlation agrees with ranks by hand, and ties share their mean rank", () => {
  near(spearman([1, 2, 3, 4], [10, 20, 40, 30]), 0.8);
  near(spearman([1, 2, 3], [9, 5, 1]), -1);
  // The ranks are 0, 1.5, 1.5, 3 and 0, 1, 2, 3: covariance 4.5, variances 4.5 and 5.
  near(spearman([1, 2, 2, 3], [1, 2, 3, 4]), 4.5 / Math.sqrt(4.5 * 5));
});

test("Spearman's correlation depends on the order only", () => {
  const pairs = fc.array(fc.tuple(fc.integer(), fc.integer()), { minLength: 2 });
  fc.assert(
    fc.property(pairs, (list) => {
      const [x, y] = [list.map(([a]) => a), list.map(([, b]) => b)];
      const rho = spearman(x, y);
      fc.pre(!Number.isNaN(rho));
      assert.ok(
        Math.abs(
          spearman(
            x.map((v) => v / 4 + 7),
            y,
          ) - rho,
        ) < 1e-12,
      );
      assert.ok(Math.abs(spearman(y, x) - rho) < 1e-12);
      assert.ok(Math.abs(rho) <= 1 + 1e-12);
    }),
  );
});

test("a ranking has its liked hits in the first ten, recall over all liked, and order over all held out", () => {
  const ranking = Array.from({ length: 20 }, (_, i) => i);
  const heldOut = new Map<number, boolean | undefined>([
    [1, true],
    [4, false],
    [5, undefined],
    [15, true],
    [99, true],
  ]);
  const metrics = userMetrics(ranking, heldOut);
  const best = 1 + 1 / Math.log2(3) + 1 / Math.log2(4);
  near(metrics.ndcg.sum, 1 / Math.log2(3) / best);
  near(metrics.recall.sum, 1 / 3);
  assert.deepEqual(metrics.likedShare, { sum: 1, weight: 2 });
  // 1 before 4 is right, and 15 after 4 is wrong. The item that is not in the catalogue does not count.
  assert.deepEqual(metrics.gauc, { sum: (1 / 2) * 3, weight: 3 });
});
