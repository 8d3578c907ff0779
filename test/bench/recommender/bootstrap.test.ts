import assert from "node:assert/strict";
import { test } from "node:test";
import { mean, relativeGain } from "./bootstrap.ts";

const parts = (...sums: number[]) => sums.map((sum) => ({ sum, weight: 1 }));

test("the mean weights each user's part", () => {
  assert.equal(
    mean([
      { sum: 3, weight: 4 },
      { sum: 1, weight: 1 },
      { sum: 0, weight: 0 },
    ]),
    4 / 5,
  );
});

test("the same gain for every user has an interval of no width, because the resampling is paired", () => {
  const gain = relativeGain(parts(1.5, 3, 0.3), parts(1, 2, 0.2));
  for (const value of Object.values(gain)) assert.ok(Math.abs(value - 0.5) < 1e-12);
});

test("the interval of a clear gain is above zero, and that of a doubtful one includes zero", () => {
  const base = Array.from({ length: 200 }, (_, i) => ({ sum: 1 + (i % 7) / 10, weight: 1 }));
  const clear = relativeGain(
    base.map(({ sum }, i) => ({ sum: sum + 0.3 + (i % 3) / 10, weight: 1 })),
    base,
  );
  assert.ok(clear.low > 0 && clear.low < clear.value && clear.value < clear.high);
  const doubtful = relativeGain(
    base.map(({ sum }, i) => ({ sum: sum + (i % 2 ? 0.5 : -0.5), weight: 1 })),
    base,
  );
  assert.ok(doubtful.low < 0 && doubtful.high > 0);
});

test("the interval of a mean agrees with 1.96 standard errors", () => {
  const ours = Array.from({ length: 400 }, (_, i) => ({ sum: (i % 20) / 10, weight: 1 }));
  const base = parts(...ours.map(() => 1));
  const { low, high } = relativeGain(ours, base);
  const variance = ours.reduce((s, { sum }) => s + (sum - mean(ours)) ** 2, 0) / ours.length;
  const expected = 2 * 1.96 * Math.sqrt(variance / ours.length);
  assert.ok(Math.abs(high - low - expected) < 0.1 * expected, `${high - low} is not near ${expected}`);
});

test("the interval depends only on the seed", () => {
  const [ours, base] = [parts(1, 5, 2, 8), parts(2, 1, 3, 4)];
  assert.deepEqual(relativeGain(ours, base, 3), relativeGain(ours, base, 3));
});
