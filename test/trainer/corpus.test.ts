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
import { listLanguages } from "../../trainer/src/report/languages.ts";

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
  ["reviews.tsv", CSV.replaceAll(/,(?! )/g, "\t")],
  ["reviews.json", JSONL],
  ["reviews.JSONL.gz", gzipSync(JSONL)],
  ["reviews.csv", Buffer.from(`\ufeff${CSV.replaceAll("\n", "\r\n")}`, "utf16le")],
] as const) {
  test(`${name} is detected by its content, and rows without text or rating are left out`, async () => {
    const { rows, sources, sha256 } = await readCorpus(await file(name, contents), columns);
    assert.deepEqual(rows, [
      { text: 'good, "very" good', rating: 5, label: 1, domain: "reviews", item: "a" },
      { text: "so so", rating: 3, label: 0, domain: "reviews", item: "b" },
    ]);
    assert.equal(
      sources[0]!.rows,
      sources[0]!.used + sources[0]!.leftOut.reduce((n, { rows }) => n + rows, 0),
    );
    assert.deepEqual(
      sources[0]!.leftOut,
      name.includes(".j") || name.includes(".J")
        ? []
        : [
            { reason: "no rating", rows: 1, line: 4 },
            { reason: "no text", rows: 1, line: 5 },
          ],
    );
    assert.match(sha256, /^[0-9a-f]{64}$/);
  });
}

for (const [what, name, contents, message] of [
  ["an unclosed quote", "a.csv", 'rating,review_text\n5,"good\n', /line \d/i],
  [
    "a missing column",
    "a.csv",
    "overall,reviewText\n5,good\n",
    /"rating"; found 2 columns: "overall", "reviewText".*--rating-column/,
  ],
  [
    "a missing member",
    "a.jsonl",
    '{"overall":5,"reviewText":"good"}\n',
    /"rating"; found 2 columns: "overall", "reviewText".*--rating-column/,
  ],
  ["a missing text column", "a.csv", "rating,text\n5,good\n", /"review_text".*--text-column/],
  ["a column that comes twice", "a.csv", "rating,review_text,rating\n5,good,4\n", /both named "rating"/],
  ["JSON lines that are no objects", "a.jsonl", "[1]\n[2]\n", /a\.jsonl: /],
  ["a truncated gzip", "a.csv.gz", gzipSync(CSV).subarray(0, 30), /a\.csv\.gz: /],
  [
    "a corpus in Latin-1",
    "a.csv",
    Buffer.from("rating,review_text\n5,caf\xe9\n", "latin1"),
    /Line 2, byte 6: 0xE9 is not valid in utf-8/,
  ],
  ["a file with a header alone", "a.csv", "rating,review_text\n", /no rows/],
] as const) {
  test(`${what} is refused with its place`, async () => {
    await assert.rejects(readCorpus(await file(name, contents), columns), (error: Error) => {
      assert.ok(error instanceof CorpusError);
      assert.match(error.message, message);
      return true;
    });
  });
}

test("a row that cannot be read is left out and counted", async () => {
  const contents = "rating,review_text\n5,good\n4\n1,bad\n";
  const { rows, sources } = await readCorpus(await file("a.csv", contents), columns);
  assert.equal(rows.length, 2);
  assert.deepEqual(sources[0]!.leftOut, [{ reason: "the row cannot be read", rows: 1, line: 3 }]);
});

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

test("an item is either in training or in validation", () => {
  const { train, validation } = cutValidation(rows, { share: 0.2, seed: 1 });
  assert.equal(train.length + validation.length, 100);
  assert.equal(validation.length, 20);
  const items = new Set(train.map(({ item }) => item));
  assert.ok(validation.every(({ item }) => !items.has(item)));
});

test("duplicates between two splits are counted, and lengths described", () => {
  assert.equal(overlap(rows.slice(0, 10), rows.slice(5, 20)), 5);
  assert.deepEqual(describe(rows.slice(0, 4), [1, 2, 3, 10]), {
    repeated: 0,
    positive: 0.5,
    stars: [0, 0, 0, 0, 1],
    meanLength: 4,
    p95Length: 3,
  });
});

test("the vocabulary has the words that occur often enough, the most frequent first", () => {
  const settings = { rules: "default", maximumLength: 9, truncation: "start", fixedLength: false } as const;
  const { words } = buildVocabulary(
    new Map([
      ["b", 2],
      ["a", 3],
      ["c", 1],
      ["<unk>", 2],
    ]),
    { minimumCount: 2, maximumSize: 100, settings },
  );
  assert.deepEqual(words, ["<pad>", "<unk>", "a", "b"]);
});

test("a stretched word counts as the word that the encoder reads", () => {
  const tokens = new Map(["so", "sooo", "zzz", "hmmm"].map((word) => [word, 2]));
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
  assert.equal(
    coverage(
      new Map([
        ["good", 3],
        ["zzz", 1],
      ]),
      vectors,
    ),
    0.75,
  );
});

test("malformed vectors are refused with their line", async () => {
  await assert.rejects(
    loadVectors(await file("v.txt", "good 1 0.5\nbad 1\n")),
    /line 2: expected a word and 2 numbers/,
  );
});

test("the format can be given, and the report at the start has languages and repeated texts", async () => {
  const lines = '{"rating":5,"review_text":"good"}\n';
  const { rows } = await readCorpus(await file("x.csv", lines), { ...columns, format: "jsonl" });
  assert.equal(rows.length, 1);
  await assert.rejects(readCorpus(await file("x.csv", lines), { ...columns, format: "csv" }), CorpusError);
  assert.equal(describe([...rows, ...rows, ...rows], [1, 1, 1]).repeated, 2);
  const english = Array(3).fill("The room was clean and the staff were very friendly.");
  const german = "Das Zimmer war schmutzig und das Personal leider sehr unfreundlich.";
  assert.equal(listLanguages([...english, german]), "en 75.0 %, de 25.0 %");
});
