import assert from "node:assert/strict";
import { test } from "node:test";
import { choose, type WeightsRow } from "./weights.ts";

const row = (popularityWeight: number, [few, many]: [number, number], all: number): WeightsRow => ({
  gamma: 2,
  popularityWeight,
  lastOfEachUser: { all, few, many },
  byTime: undefined,
});
const before = row(0, [0.1, 0.1], 0.1);

test("of the weights with which no group of users loses, those with the largest gain are chosen", () => {
  const loses = row(1, [0.05, 0.3], 0.2);
  const wins = row(0.5, [0.0995, 0.15], 0.14);
  const winsLess = row(0.25, [0.11, 0.11], 0.11);
  assert.equal(choose(before, [winsLess, loses, wins])!.popularityWeight, 0.5);
});

test("if a group loses with all weights, none are chosen", () => {
  assert.equal(choose(before, [row(1, [0.05, 0.3], 0.2)]), undefined);
});

test("a group without users is ignored", () => {
  const empty = { ...before, lastOfEachUser: { all: 0.1, few: Number.NaN, many: 0.1 } };
  assert.equal(choose(empty, [row(1, [Number.NaN, 0.2], 0.2)])!.popularityWeight, 1);
});
