import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildNeighbours, type Neighbours } from "../../services/recommender/src/ranking/neighbours.ts";
import { TopK } from "../../services/recommender/src/ranking/top-k.ts";

type Pair = readonly [user: number, item: number];
const columns = (pairs: readonly Pair[]) =>
  [Int32Array.from(pairs, ([u]) => u), Int32Array.from(pairs, ([, i]) => i)] as const;
const row = ({ offsets, items, similarities }: Neighbours, i: number) =>
  Array.from({ length: offsets[i + 1]! - offsets[i]! }, (_, p) => [
    items[offsets[i]! + p]!,
    similarities[offsets[i]! + p]!,
  ]);

/** User 0 has the items 0 and 1, user 1 has 0, 1 and 2, and user 2 has only 3. */
const PAIRS: Pair[] = [[0, 0], [1, 2], [0, 1], [1, 0], [2, 3], [1, 1]]; // biome-ignore format: a table

test("a similarity is the weighted co-occurrence over the shrunk geometric mean of the numbers of users", () => {
  const result = buildNeighbours(...columns(PAIRS), 3, 4, { shrink: 2 });
  const both = 1 / 2 + 1 / 3;
  const withTwo = Math.fround(1 / 3 / (Math.sqrt(2 * 1) + 2));
  assert.deepEqual(row(result, 0), [
    [1, Math.fround(both / (2 + 2))],
    [2, withTwo],
  ]);
  assert.deepEqual(row(result, 1), [
    [0, Math.fround(both / (2 + 2))],
    [2, withTwo],
  ]);
  assert.deepEqual(row(result, 2), [
    [0, withTwo],
    [1, withTwo],
  ]);
  assert.deepEqual(row(result, 3), []);
});

test("only the most similar items are kept; of a tie the one with the smaller index", () => {
  const result = buildNeighbours(...columns(PAIRS), 3, 4, { keep: 1 });
  assert.deepEqual(
    [0, 1, 2, 3].map((i) => row(result, i).map(([item]) => item)),
    [[1], [0], [0], []],
  );
});

test("only the last interactions of a user with very many count", () => {
  const heavy = buildNeighbours(...columns([...PAIRS, [0, 3]]), 3, 4, { perUser: 2 });
  const light = buildNeighbours(
    ...columns([
      [1, 0],
      [1, 1],
      [2, 3],
      [0, 1],
      [0, 3],
    ]),
    3,
    4,
  );
  assert.deepEqual(heavy, light);
});

test("one user with 50,000 items does not slow the build down", () => {
  const items = Int32Array.from({ length: 50_000 }, (_, i) => i);
  const start = performance.now();
  buildNeighbours(new Int32Array(items.length), items, 1, items.length);
  // All 2.5 billion pairs would take more than ten times as long.
  assert.ok(performance.now() - start < 5_000);
});

test("without interactions no item has a neighbour", () => {
  const none = buildNeighbours(new Int32Array(), new Int32Array(), 0, 3);
  assert.deepEqual([...none.offsets], [0, 0, 0, 0]);
  assert.equal(buildNeighbours(new Int32Array(), new Int32Array(), 0, 0).items.length, 0);
});

const pairs = fc
  .uniqueArray(fc.tuple(fc.nat(11), fc.nat(14)), { selector: ([u, i]) => 100 * u + i, maxLength: 80 })
  .map((list): Pair[] => list);

test("every row is sorted and agrees with the dense formula, and similarity is symmetric", () => {
  fc.assert(
    fc.property(pairs, fc.constantFrom(0, 1, 20), (list, shrink) => {
      const result = buildNeighbours(...columns(list), 12, 15, { shrink });
      const sizes = Array.from({ length: 12 }, (_, u) => list.filter(([v]) => v === u).length);
      const has = new Set(list.map(([u, i]) => `${u} ${i}`));
      const users = (i: number) => list.filter(([, j]) => j === i).length;
      const together = (i: number, j: number) =>
        sizes.reduce((s, n, u) => s + (has.has(`${u} ${i}`) && has.has(`${u} ${j}`) ? 1 / n : 0), 0);
      for (let i = 0; i < 15; i++) {
        const found = new Map(row(result, i) as [number, number][]);
        for (let j = 0; j < 15; j++) {
          const expected =
            i === j || together(i, j) === 0
              ? undefined
              : together(i, j) / (Math.sqrt(users(i) * users(j)) + shrink);
          assert.equal(found.has(j), expected !== undefined);
          if (expected !== undefined) assert.ok(Math.abs(found.get(j)! - expected) < 1e-6);
        }
        const values = [...found.values()];
        assert.deepEqual(
          values,
          values.toSorted((a, b) => b - a),
        );
      }
    }),
  );
});

test("the order of the interactions does not matter", () => {
  fc.assert(
    fc.property(pairs, (list) => {
      const [there, back] = [list, list.toReversed()].map((l) => buildNeighbours(...columns(l), 12, 15));
      for (let i = 0; i < 15; i++)
        assert.deepEqual(
          row(there!, i)
            .map(([item]) => item)
            .sort(),
          row(back!, i)
            .map(([item]) => item)
            .sort(),
        );
    }),
  );
});

test("TopK keeps the same entries as sorting and cutting", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.nat(6), (values, size) => {
      const top = new TopK(size);
      values.forEach((value, index) => {
        if (top.admits(value)) top.push(index, value);
      });
      const kept: [number, number][] = [];
      top.drain((index, value) => kept.push([value, index]));
      const sorted = values
        .map((v, i): [number, number] => [v, i])
        .sort((a, b) => b[0] - a[0] || a[1] - b[1]);
      assert.deepEqual(kept, sorted.slice(0, size));
    }),
  );
});
