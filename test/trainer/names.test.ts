import assert from "node:assert/strict";
import { test } from "node:test";
import { readGivenNames, SharedRow } from "../../trainer/src/data/names/shared-row.ts";
import { OTHER_NAMES } from "../../trainer/src/evaluation/counterfactual.ts";

const words = ["<pad>", "<unk>", "film", "john", "fine", "mei", "omar"];
const names = await readGivenNames();

test("a text is trained on as if every given name were the most frequent one", () => {
  const shared = new SharedRow(words, names);
  assert.deepEqual([...shared.idsOf(Int32Array.of(2, 6, 4, 5, 3, 1))], [2, 3, 4, 3, 3, 1]);
});

test("the shared row starts as the names' mean, and each name gets it", () => {
  const shared = new SharedRow(words, names);
  const table = Float32Array.of(0, 0, 1, 1, 2, 2, 3, 0, 4, 4, 6, 3, 0, 6);
  shared.average(table, 2);
  assert.deepEqual([...table.subarray(6, 8)], [3, 3]);
  shared.spread(table, 2);
  assert.deepEqual([...table], [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 3, 3, 3, 3]);
});

test("without names every word keeps its own row", () => {
  const shared = new SharedRow(words, []);
  const table = Float32Array.from({ length: 14 }, (_, i) => i);
  shared.average(table, 2);
  shared.spread(table, 2);
  assert.deepEqual([...table], [...Array(14).keys()]);
  assert.deepEqual([...shared.idsOf(Int32Array.of(3, 5))], [3, 5]);
});

test("the list of names is lower-case, without a name twice, and no word of judgement", () => {
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.equal(name, name.toLowerCase());
  for (const word of ["grace", "joy", "hope", "rich", "oscar", "max"]) assert.ok(!names.includes(word));
  for (const name of OTHER_NAMES) assert.ok(!names.includes(name.toLowerCase()));
});
