import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { QualityTable, weightedRating } from "../../services/recommender/src/ranking/quality.ts";

const near = (actual: number, expected: number) => assert.ok(Math.abs(actual - expected) < 1e-9, `${actual}`);

test("stars have the weight 1, a score less, and an interaction has none", () => {
  assert.deepEqual(weightedRating({ stars: 4, score: 0.1 }), { y: 0.75, w: 1 });
  assert.deepEqual(weightedRating({ score: 0.1 }), { y: 0.1, w: 0.6 });
  assert.deepEqual(weightedRating({ stars: 1 }), { y: 0, w: 1 });
  assert.equal(weightedRating({}), undefined);
});

test("quality is the weighted mean of an item's reviews and of five reviews at the overall mean", () => {
  const table = new QualityTable();
  table.add(0, { y: 1, w: 1 });
  table.add(0, { y: 0.5, w: 0.6 });
  table.add(7, { y: 0, w: 1 });
  const mean = 1.3 / 2.6;
  near(table.quality(0), (1.3 + 5 * mean) / 6.6);
  near(table.quality(7), (5 * mean) / 6);
  near(table.quality(3), mean);
  assert.deepEqual(
    [0, 3, 7, 99_999].map((i) => table.reviews(i)),
    [2, 0, 1, 0],
  );
});

test("before the first review every item has the quality 0.5", () => {
  assert.equal(new QualityTable().quality(5), 0.5);
});

test("an item with a much larger index than the others can be added", () => {
  const table = new QualityTable();
  table.add(3, { y: 1, w: 1 });
  table.add(5000, { y: 0, w: 1 });
  assert.deepEqual([table.reviews(3), table.reviews(5000)], [1, 1]);
  near(table.quality(3), 3.5 / 6);
});

test("a review that was never added cannot be removed", () => {
  assert.throws(() => new QualityTable().remove(0, { y: 1, w: 1 }), RangeError);
});

test("adding and removing in any order gives the same as adding the remaining reviews", () => {
  const review = fc.record({
    item: fc.nat(20),
    y: fc.double({ min: 0, max: 1, noNaN: true }),
    w: fc.constantFrom(1, 0.6),
    stays: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(review), (reviews) => {
      const [changed, plain] = [new QualityTable(), new QualityTable()];
      for (const { item, ...r } of reviews) changed.add(item, r);
      for (const { item, stays, ...r } of reviews) stays ? plain.add(item, r) : changed.remove(item, r);
      for (let item = 0; item <= 20; item++) {
        near(changed.quality(item), plain.quality(item));
        assert.equal(changed.reviews(item), plain.reviews(item));
        assert.ok(changed.quality(item) >= -1e-9 && changed.quality(item) <= 1 + 1e-9);
      }
    }),
  );
});
