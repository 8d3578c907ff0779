import assert from "node:assert/strict";
import { test } from "node:test";
import type { Review } from "./corpus.ts";
import { mostlyLiked } from "./derived.ts";
import { shuffled } from "./signals.ts";
import { byTime, lastOfEachUser } from "./split.ts";

const review = (user: number, at: number, liked = true): Review => ({
  user,
  item: at,
  text: `t${at}`,
  at,
  liked,
});
const corpus = (reviews: Review[]) => ({ reviews, userCount: 3, itemCount: 100, hasTimes: true });

test("the last fifth of each user's reviews is held out, and none of fewer than five", () => {
  const reviews = Array.from({ length: 14 }, (_, i) => review(i < 10 ? 0 : 1, i));
  const { train, test } = lastOfEachUser(corpus(reviews));
  assert.deepEqual(
    test.map(({ at }) => at),
    [8, 9],
  );
  assert.equal(train.length, 12);
});

test("split by time, every training review is older than every held-out one", () => {
  const reviews = [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 9].map((at) => review(at % 3, at));
  const { train, test } = byTime(corpus(reviews));
  assert.deepEqual(
    test.map(({ at }) => at),
    [9],
  );
  assert.equal(train.at(-1)!.at, 8);
});

test("the derived corpus drops only disliked reviews until it reaches the share, and stays in order", () => {
  const reviews = Array.from({ length: 100 }, (_, i) => review(0, i, i % 2 === 0));
  const { reviews: left } = mostlyLiked(corpus(reviews), 0.9);
  assert.equal(left.filter(({ liked }) => liked).length, 50);
  assert.equal(left.length, 56);
  assert.deepEqual(
    left.map(({ at }) => at),
    left.map(({ at }) => at).toSorted((a, b) => a - b),
  );
});

test("the placebo gives the same scores to other reviews, and none to those without a score", () => {
  const reviews = Array.from({ length: 20 }, (_, i) => review(0, i));
  const scores = new Map(reviews.slice(0, 15).map(({ text, at }) => [text, at / 100]));
  const dealt = reviews.map((r) => shuffled(reviews, scores, 1)(r)?.y);
  assert.deepEqual(dealt.slice(15), Array(5).fill(undefined));
  assert.notDeepEqual(dealt.slice(0, 15), [...scores.values()]);
  assert.deepEqual(dealt.slice(0, 15).sort(), [...scores.values()].sort());
});
