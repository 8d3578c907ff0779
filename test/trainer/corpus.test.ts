import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { buildVocabulary, coverage } from "../../trainer/src/data/build-vocabulary.ts";
import { readCorpus } from "../../trainer/src/data/corpus.ts";
import { CorpusError } from "../../trainer/src/data/rows.ts";
import { cutValidation, describe, overlap, splitHalves } from "../../trainer/src/data/split.ts";
import { embeddingTable, loadVectors } from "../../trainer/src/data/vectors.ts";

const columns = { ratingColumn: "rating", textColumn: "review_text", positiveAbove: 3 };

async function file(name: string, contents: string | Buffer): Promise<string> {
  const at = path.join(await mkdtemp(path.join(os.tmpdir(), "corpus-")), name);
  await writeFile(at, contents);
  return at;
}

const CSV = 'item_id,rating,review_text\na,5,"good, ""very"" good"\nb,3,so so\nc,,no rating\nd,4,\n';
const JSONL =
  '{"item_id":"a","rating":5,"review_text":"good, \\"very\\" good"}\n\n{"item_id":"b","rating":3,"review_text":"so so"}\n';

for (const [name, contents] of [
  ["reviews.csv", CSV],
  ["reviews.csv.gz", gzipSync(CSV)],
  ["reviews.jsonl", JSONL],
  ["reviews.jsonl.gz", gzipSync(JSONL)],
] as const) {
  test(`${name} is read: above 3 is positive, rows without text or rating are left out`, async () => {
    const { rows, dropped, sha256 } = await readCorpus(await file(name, contents), columns);
    assert.deepEqual(rows, [
      { text: 'good, "very" good', rating: 5, label: 1, domain: "reviews", item: "a" },
      { text: "so so", rating: 3, label: 0, domain: "reviews", item: "b" },
    ]);
    assert.deepEqual(dropped, name.includes("csv") ? { noText: 1, noRating: 1 } : { noText: 0, noRating: 0 });
    assert.match(sha256, /^[0-9a-f]{64}$/);
  });
}

for (const [what, name, contents, message] of [
  ["a row with too few fields", "a.csv", "rating,review_text\n5,good\n4\n", /line 3/],
  ["an unclosed quote", "a.csv", 'rating,review_text\n5,"good\n', /line \d/],
  [
    "a missing column",
    "a.csv",
    "stars,text\n5,good\n",
    /line 1: no column rating, review_text \(found stars, text\)/,
  ],
  ["a broken JSON line", "a.jsonl", '{"rating":5,"review_text":"x"}\n{"rating":', /line 2/],
  ["a JSON line that is no object", "a.jsonl", "[1]\n", /line 1: not a JSON object/],
  ["a truncated gzip", "a.csv.gz", gzipSync(CSV).subarray(0, 30), /unexpected end of file/],
] as const) {
  test(`${what} is refused, and where is said`, async () => {
    await assert.rejects(readCorpus(await file(name, contents), columns), (error: Error) => {
      assert.ok(error instanceof CorpusError);
      assert.match(error.message, message);
      return true;
    });
  });
}

const rows = Array.from({ length: 100 }, (_, i) => ({
  text: `text ${i}`,
  rating: 5,
  label: (i % 2) as 0 | 1,
  item: `item ${i % 20}`,
  domain: "films",
}));

test("the halves hold every row once, in file order or shuffled by the seed", () => {
  const [first, second] = splitHalves(rows, { shuffleSeed: null });
  assert.deepEqual([...first, ...second], rows);
  const [a, b] = splitHalves(rows, { shuffleSeed: 1 });
  assert.notDeepEqual(a, first);
  assert.deepEqual(new Set([...a, ...b]), new Set(rows));
  assert.deepEqual(splitHalves(rows, { shuffleSeed: 1 })[0], a);
});

test("an item is in training or in validation, never in both", () => {
  const { train, validation } = cutValidation(rows, { share: 0.2, seed: 1 });
  assert.equal(train.length + validation.length, 100);
  assert.equal(validation.length, 20);
  const items = new Set(train.map(({ item }) => item));
  assert.ok(validation.every(({ item }) => !items.has(item)));
});

test("duplicates between two splits are counted, and lengths described", () => {
  assert.equal(overlap(rows.slice(0, 10), rows.slice(5, 20)), 5);
  assert.deepEqual(describe(rows.slice(0, 4), [1, 2, 3, 10]), { positive: 0.5, meanLength: 4, p95Length: 3 });
});

test("the vocabulary holds the words seen often enough, the most frequent first", () => {
  const settings = { rules: "default", maximumLength: 9, truncation: "start", fixedLength: false } as const;
  const { words } = buildVocabulary(
    [
      ["b", "a", "c"],
      ["a", "b"],
      ["a", "<unk>", "<unk>"],
    ],
    { minimumCount: 2, maximumSize: 100, settings },
  );
  assert.deepEqual(words, ["<pad>", "<unk>", "a", "b"]);
});

test("a stretched word counts as the word that an encoder reads it as", () => {
  const tokens = [
    ["so", "so", "sooo", "sooo", "zzz", "zzz"],
    ["hmmm", "hmmm"],
  ];
  const settings = { rules: "reviews", maximumLength: 9, truncation: "start", fixedLength: false } as const;
  const build = (without: string[]) =>
    buildVocabulary(tokens, { minimumCount: 2, maximumSize: 100, settings: { ...settings, without } });
  assert.deepEqual(build([]).words, ["<pad>", "<unk>", "so", "hmmm", "zzz"]);
  assert.deepEqual(build(["stretched"]).words, ["<pad>", "<unk>", "hmmm", "so", "sooo", "zzz"]);
});

test("GloVe's text format is read, and words without a vector are counted", async () => {
  const vectors = await loadVectors(await file("v.txt", "good 1 0.5\nnot -1 2\n"));
  assert.deepEqual([vectors.dimensions, vectors.size], [2, 2]);
  const zero = embeddingTable(["<pad>", "<unk>", "good", "zzz", "n't"], vectors, {
    missing: "zero",
    seed: 0,
    dimensions: null,
  });
  assert.deepEqual([[...zero.table], zero.missing], [[0, 0, 0, 0, 1, 0.5, 0, 0, -1, 2], 1]);
  const random = embeddingTable(["<pad>", "<unk>", "zzz"], vectors, {
    missing: "random",
    seed: 0,
    dimensions: null,
  });
  assert.ok(random.table.slice(2).every((v) => v !== 0 && Math.abs(v) < 0.0501));
  assert.equal(coverage([["good", "zzz"]], vectors), 0.5);
});

test("malformed vectors are refused with their line", async () => {
  await assert.rejects(
    loadVectors(await file("v.txt", "good 1 0.5\nbad 1\n")),
    /line 2: expected a word and 2 numbers/,
  );
});
