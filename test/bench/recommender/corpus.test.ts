import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { readCorpus } from "./corpus.ts";

async function corpusOf(t: TestContext, csv: string, name = "corpus.csv") {
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, name);
  await writeFile(file, name.endsWith(".gz") ? gzipSync(csv) : csv);
  return readCorpus(file);
}

test("users and items become dense indices, and reviews are in the order of time", async (t) => {
  const csv = `user_id,item_id,rating,review_text,timestamp,liked
ann,x,4.5,"Fine, really.",2001-02-03,1
bob,x,,Dull.,2001-01-01,0
ann,y,2,,2001-01-02,
`;
  const corpus = await corpusOf(t, csv, "corpus.csv.gz");
  assert.deepEqual([corpus.userCount, corpus.itemCount, corpus.hasTimes], [2, 2, true]);
  assert.deepEqual(corpus.reviews, [
    { user: 1, item: 0, text: "Dull.", at: Date.parse("2001-01-01"), liked: false },
    { user: 0, item: 1, text: "", at: Date.parse("2001-01-02"), stars: 2 },
    { user: 0, item: 0, text: "Fine, really.", at: Date.parse("2001-02-03"), stars: 4.5, liked: true },
  ]);
});

test("without verdicts, ratings above 3 are liked; without times, the order of the rows counts", async (t) => {
  const corpus = await corpusOf(t, "user_id,item_id,review_text,rating\na,x,t,3\nb,x,u,4\nc,x,v,\n");
  assert.deepEqual(
    corpus.reviews.map(({ liked }) => liked),
    [false, true, undefined],
  );
  assert.equal(corpus.hasTimes, false);
});

test("a later review of the same user and item replaces the earlier one, in any order of the file", async (t) => {
  const csv = "user_id,item_id,review_text,timestamp\na,x,new,1700000002\na,x,old,1700000001\n";
  assert.deepEqual(
    (await corpusOf(t, csv)).reviews.map(({ text }) => text),
    ["new"],
  );
});

for (const [fault, csv, message] of [
  [
    "a missing column",
    "user_id,review_text\na,t\n",
    /Expected a column "item_id"; found 2 columns: "user_id", "review_text"/,
  ],
  [
    "a rating on another scale",
    "user_id,item_id,review_text,rating\na,x,t,8\n",
    /row 1: rating must be 1 to 5, got 8/,
  ],
  [
    "a time that is none",
    "user_id,item_id,review_text,timestamp\na,x,t,soon\n",
    /row 1: timestamp is not a time: soon/,
  ],
] as const) {
  test(`${fault} is refused`, async (t) => {
    await assert.rejects(corpusOf(t, csv), message);
  });
}
