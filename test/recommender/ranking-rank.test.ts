import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildNeighbours, type Neighbours } from "../../services/recommender/src/ranking/neighbours.ts";
import { popular, rank } from "../../services/recommender/src/ranking/rank.ts";

/** Item 0 is similar to 2 (0.5) and 3 (0.25), and item 1 to 2 (0.125). The others have no neighbours. */
const NEIGHBOURS: Neighbours = {
  offsets: Int32Array.of(0, 2, 3, 3, 3, 3),
  items: Int32Array.of(2, 3, 2),
  similarities: Float32Array.of(0.5, 0.25, 0.125),
};
const catalogue = {
  neighbours: NEIGHBOURS,
  popularity: (i: number) => [9, 9, 1, 2, 3][i] ?? 0,
  quality: (i: number) => [0.5, 0.5, 0.5, 1, 0.8][i] ?? 0.5,
  excluded: () => false,
  n: 10,
  gamma: 1,
  popularityWeight: 22.6, // 0.1 for a history of two items: 22.6 * 4 / 904
};
const BOTH = Int32Array.of(1, 0);
const items = (list: { item: number }[]) => list.map(({ item }) => item);
const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) < 1e-12, `${actual}`);

test("the score is affinity and weighted popularity, each over its maximum, times quality", () => {
  const [first, second, third, ...rest] = rank({ ...catalogue, history: BOTH });
  assert.deepEqual(items([first!, second!, third!]), [2, 3, 4]);
  assert.equal(rest.length, 0);
  near(first!.score, (1 + 0.1 * (1 / 3)) * 0.5);
  near(second!.score, (0.25 / 0.625 + 0.1 * (2 / 3)) * 1);
  near(third!.score, 0.1 * 0.8);
  assert.deepEqual(
    [first, second].map((r) => [r!.affinity, r!.pLike]),
    [
      [1, 0.5],
      [0.4, 1],
    ],
  );
});

test("the reasons are the user's own items that contributed most, the strongest first", () => {
  const best = rank({ ...catalogue, history: BOTH });
  assert.deepEqual(
    best.map((r) => r.because),
    [[0, 1], [0], []],
  );
});

test("gamma is the weight of quality: 0 ignores it, and with 2 the better item is first", () => {
  near(rank({ ...catalogue, history: BOTH, gamma: 0 })[0]!.score, 1 + 0.1 / 3);
  assert.deepEqual(items(rank({ ...catalogue, history: BOTH, gamma: 2 })), [3, 2, 4]);
});

test("popularity counts more for a longer history: half of its weight at 30 items", () => {
  const quality = () => 1;
  for (const [length, weight] of [
    [1, 1 / 901],
    [30, 1 / 2],
    [90, 9 / 10],
  ] as const) {
    const history = Int32Array.from({ length }, (_, i) => 10 + i);
    const [best] = rank({ ...catalogue, quality, popularityWeight: 1, history, itemCount: 300 });
    assert.equal(best!.item, 0);
    near(best!.score, weight);
  }
});

test("neither the history nor an excluded item is recommended, or counts for the largest affinity", () => {
  const [best] = rank({ ...catalogue, history: BOTH, excluded: (i) => i === 2 });
  assert.deepEqual([best!.item, best!.affinity], [3, 1]);
});

test("items that are newer than the neighbours are ranked by popularity and quality", () => {
  const popularity = (i: number) => (i === 6 ? 50 : catalogue.popularity(i));
  const best = rank({ ...catalogue, popularity, history: Int32Array.of(0, 1, 5), itemCount: 7 });
  assert.deepEqual(items(best), [2, 3, 6, 4]);
});

test("an unknown user gets the items that are popular and liked", () => {
  const best = popular({ ...catalogue, itemCount: 5, n: 3 });
  assert.deepEqual(items(best), [0, 1, 4]);
  near(best[0]!.score, 22.6 * 0.5);
  assert.ok(best.every(({ affinity, because }) => affinity === 0 && because.length === 0));
  assert.deepEqual(items(popular({ ...catalogue, itemCount: 5, n: 3, excluded: (i) => i === 0 })), [1, 4, 3]);
});

test("the ranking is the same as that of sorting the whole catalogue", () => {
  const rows = fc.uniqueArray(fc.tuple(fc.nat(9), fc.nat(19)), {
    selector: ([u, i]) => 100 * u + i,
    minLength: 1,
  });
  const qualities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(rows, qualities, fc.constantFrom(0, 1, 2), fc.nat(20), (list, q, gamma, n) => {
      const [users, all] = [Int32Array.from(list, ([u]) => u), Int32Array.from(list, ([, i]) => i)];
      const whole = {
        neighbours: buildNeighbours(users, all, 10, 20),
        history: all.filter((_, r) => users[r] === users[0]),
        popularity: (i: number) => all.filter((j) => j === i).length,
        quality: (i: number) => q[i]!,
        excluded: (i: number) => i % 7 === 6,
        gamma,
        popularityWeight: 1,
      };
      const sorted = rank({ ...whole, n: 20 });
      assert.deepEqual(rank({ ...whole, n }), sorted.slice(0, n));
      assert.equal(
        sorted.length,
        Array.from({ length: 20 }, (_, i) => i).filter((i) => i % 7 !== 6 && !whole.history.includes(i))
          .length,
      );
      for (const [a, b] of sorted.slice(1).map((r, i) => [sorted[i]!, r] as const))
        assert.ok(a.score > b.score || (a.score === b.score && a.item < b.item));
    }),
  );
});
