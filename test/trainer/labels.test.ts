import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { checkSplit } from "../../trainer/src/data/check-split.ts";
import { type CorpusOptions, readCorpus } from "../../trainer/src/data/corpus.ts";
import { detectScale, parseRating, RatingFault, starsOf } from "../../trainer/src/data/ratings.ts";
import { splitCorpus } from "../../trainer/src/data/split-corpus.ts";
import { readPreset } from "../../trainer/src/preset.ts";

const options = { ratingColumn: "rating", textColumn: "review_text", positiveAbove: 3 };

async function corpus(ratings: unknown[], more: Partial<CorpusOptions> = {}) {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), "labels-")), "shop.jsonl");
  const lines = ratings.map((rating, i) => JSON.stringify({ rating, review_text: `text ${i}` }));
  await writeFile(file, `${lines.join("\n")}\n`);
  return readCorpus(file, { ...options, ...more });
}

for (const [value, expected] of [
  [4, 4],
  ["4", 4],
  [" +4.0 ", 4],
  [true, "up"],
  ["Positive", "up"],
  ["neg", "down"],
  ["thumbs down", "down"],
] as const) {
  test(`the rating ${JSON.stringify(value)} is read`, () => assert.equal(parseRating(value), expected));
}

for (const [value, reason] of [
  [undefined, /no rating/],
  [null, /no rating/],
  ["", /no rating/],
  ["N/A", /no rating/],
  ["NaN", /no rating/],
  [[], /list or an object/],
  [[5], /list or an object/],
  [{ stars: 5 }, /list or an object/],
  ["5 stars", /other characters/],
  ["4/5", /fraction/],
  ["4,5", /decimal comma/],
  ["0x5", /not a decimal number/],
  ["5e0", /not a plain decimal number/],
  ["Infinity", /infinite/],
  ["great", /not a number/],
] as const) {
  test(`the rating ${JSON.stringify(value)} is refused with its reason`, () => {
    const found = parseRating(value);
    assert.ok(found instanceof RatingFault);
    assert.match(found.reason, reason);
  });
}

test("the scale is detected from the numbers, even if single rows differ", () => {
  const times = <T>(values: T[]) => Array.from({ length: 50 }, () => values).flat();
  assert.equal(detectScale(times([0, 1])), "0-1");
  assert.equal(detectScale([...times([1, 2, 5]), 9]), "1-5");
  assert.equal(detectScale(times([0, 1, 4, 5])), "1-5", "0 means not rated");
  assert.equal(detectScale(times([1, 7, 10])), "1-10");
  assert.equal(detectScale(times(["up", "down"] as const)), "thumbs");
  assert.equal(detectScale(times([1, 50, 100])), undefined);
});

test("ratings of every scale are converted to stars, and those outside it are refused", () => {
  assert.deepEqual(
    [1, 6, 7, 10].map((rating) => starsOf(rating, "1-10")),
    [1, 3, 4, 5],
  );
  assert.deepEqual(
    [0, 0.5, 1].map((rating) => starsOf(rating, "0-1")),
    [1, 3, 5],
  );
  assert.deepEqual([starsOf("up", "thumbs"), starsOf("down", "thumbs"), starsOf(0, "thumbs")], [5, 1, 1]);
  for (const found of [starsOf(0, "1-5"), starsOf(11, "1-10"), starsOf("up", "1-5"), starsOf(3, "thumbs")])
    assert.ok(found instanceof RatingFault);
});

test("a corpus of 0 and 1 has two classes, and its report says so", async () => {
  const { rows, sources } = await corpus([0, 1, "1", 0]);
  assert.deepEqual(
    rows.map(({ label, rating, twoClass }) => [label, rating, twoClass]),
    [
      [0, 1, true],
      [1, 5, true],
      [1, 5, true],
      [0, 1, true],
    ],
  );
  assert.deepEqual([sources[0]!.scale, sources[0]!.detected], ["0-1", true]);
  const given = await corpus([1, 2, 5], { ratingScale: "1-10" });
  assert.deepEqual(
    given.rows.map(({ rating }) => rating),
    [1, 1, 3],
  );
  assert.deepEqual([given.sources[0]!.scale, given.sources[0]!.detected], ["1-10", false]);
});

test("refused ratings are counted by reason, with the line of the first, and never quoted", async () => {
  const { rows, sources } = await corpus([5, "4/5", 1, "3/5", 0, true, 4, 2]);
  assert.equal(rows.length, 4);
  assert.deepEqual(sources[0]!.leftOut, [
    { reason: "the rating is a fraction; write its first number alone", rows: 2, line: 2 },
    { reason: "the rating is outside 1-5", rows: 1, line: 5 },
    { reason: "a word among ratings of 1-5", rows: 1, line: 6 },
  ]);
});

test("columns with other names can be given", async () => {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), "labels-")), "amazon.json");
  await writeFile(file, '{"overall":5.0,"reviewText":"good"}\n{"overall":1.0,"reviewText":"bad"}\n');
  const names = { ratingColumn: "overall", textColumn: "reviewText" };
  const { rows } = await readCorpus(file, { ...options, ...names });
  assert.deepEqual(
    rows.map(({ text, label }) => [text, label]),
    [
      ["good", 1],
      ["bad", 0],
    ],
  );
});

test("if no row can be used, the error has the reasons", async () => {
  await assert.rejects(
    corpus(["5 stars", "1 star"]),
    /shop\.jsonl: no row can be used: .*other characters.* \(2 rows, the first at line 1\)/,
  );
  await assert.rejects(corpus([1, 50, 100]), /fit none of the scales .*--rating-scale/);
});

const reviews = (positive: number, negative: number, name = "text") =>
  Array.from({ length: positive + negative }, (_, i) => ({
    text: `${name} ${i}`,
    rating: i < positive ? 5 : 1,
    label: (i < positive ? 1 : 0) as 0 | 1,
    domain: "shop",
  }));

test("a split with one class, a small class or texts of the test is refused with numbers", () => {
  const good = {
    train: reviews(60, 60),
    validation: reviews(5, 5, "v"),
    test: reviews(5, 5, "t"),
    copies: 0,
  };
  checkSplit(good, 50);
  const refused = (change: Partial<typeof good>, message: RegExp) =>
    assert.throws(() => checkSplit({ ...good, ...change }, 50), message);
  refused({ train: reviews(0, 100) }, /training reviews have one class: none of 100 is positive/);
  refused({ validation: reviews(9, 0, "v") }, /validation reviews have one class: none of 9 is negative/);
  refused({ train: reviews(49, 80) }, /49 positive ones, and 50 are needed.*--minimum-per-class/);
  refused({ test: [...reviews(5, 5, "t"), ...reviews(3, 0)] }, /^CorpusError: 3 of 13 test reviews|3 of 13/);
});

test("copies of test reviews are dropped if asked, and always if the test is cut from the corpus", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "copies-"));
  const file = path.join(folder, "test.csv");
  await writeFile(file, "rating,review_text\n5,text 0\n1,other\n");
  const preset = await readPreset("tiny");
  const rows = reviews(20, 20);
  const kept = await splitCorpus(rows, preset, { ...options, test: file });
  assert.equal(kept.copies, 0);
  assert.throws(() => checkSplit(kept, 1), /--duplicates drop/);
  const dropped = await splitCorpus(rows, preset, { ...options, test: file, duplicates: "drop" });
  assert.equal(dropped.copies, 1);
  checkSplit(dropped, 1);
  const halves = await splitCorpus([...rows, ...rows], preset, options);
  assert.ok(halves.copies > 0);
  checkSplit(halves, 1);
});
