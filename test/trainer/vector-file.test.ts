import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { readVectorFile } from "../../trainer/src/data/vector-file.ts";

async function read(contents: string | Buffer, wanted?: Set<string>) {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), "vectors-")), "vectors");
  await writeFile(file, contents);
  const { dimensions, vectors } = await readVectorFile(file, wanted);
  return { dimensions, vectors: Object.fromEntries([...vectors].map(([word, v]) => [word, [...v]])) };
}

const expected = { dimensions: 2, vectors: { good: [0.5, -1], "at home": [2, 3] } };

for (const [what, contents] of [
  ["GloVe", "good 0.5 -1\nat home 2 3\n"],
  ["word2vec, with the count and the dimensions", "2 2\ngood 0.5 -1\nat home 2 3\n"],
  ["fastText, with a blank at each line's end", "2 2 \ngood 0.5 -1 \nat home 2 3 \n"],
  ["CRLF and tabs, the last line without an end", "good\t0.5\t-1\r\nat home\t2\t3"],
  ["gzip", gzipSync("good 5e-1 -1\nat home 2 3\n")],
  ["gzip of several members", Buffer.concat([gzipSync("good 0.5 -1\n"), gzipSync("at home 2 3\n")])],
  ["a byte order mark and blanks before the words", "\ufeffgood 0.5 -1\n at home 2 3\n"],
] as const) {
  test(`vectors are read as text: ${what}`, async () => assert.deepEqual(await read(contents), expected));
}

test("words may have spaces, be numbers, or have Unicode line separators", async () => {
  const { vectors } = await read(". . . 0.1 0.2\n7 1 2\na\u2028b 3 4\ngood 5 6\ngood 7 8\n");
  assert.deepEqual(Object.keys(vectors).sort(), [". . .", "7", "a\u2028b", "good"]);
  assert.deepEqual(vectors.good, [5, 6], "the first of a word's vectors");
});

test("only the wanted words are kept", async () => {
  assert.deepEqual(await read("a 1 2\nb 3 4\n", new Set(["b", "c"])), {
    dimensions: 2,
    vectors: { b: [3, 4] },
  });
});

for (const [what, contents, message] of [
  ["too few numbers", "good 1 2\nbad 1\n", /line 2: expected a word and 2 numbers, found 1/],
  ["too many numbers", "good 1 2\nbad 1 2 3\n", /line 2: expected a word and 2 numbers, found 3/],
  ["an empty number", "good 1 2 3\nbad 1  3\n", /line 2: expected a word and 3 numbers/],
  ["no number", "good 1 2\nbad x y\n", /line 2/],
  ["another dimension than announced", "1 3\ngood 1 2\n", /line 2: expected a word and 3 numbers/],
  ["fewer vectors than announced", "3 2\ngood 1 2\n", /line 1: 3 vectors are announced and 1 follow/],
  ["UTF-16", Buffer.from("\ufeffgood 1 2\n", "utf16le"), /line 1: .* found a NUL: .* UTF-16/],
  [
    "word2vec's binary form",
    "2 1\ngood \0\0\x80?\nbad \0\0\x80?\n",
    /line 2: .* found a NUL: the file is binary/,
  ],
  ["carriage returns alone", "good 1 2\rbad 3 4\r", /line 1: .* a carriage return inside/],
  [
    "Latin-1",
    Buffer.from("good 1 2\ncaf\xe9 3 4\n", "latin1"),
    /line 2: 1 words have bytes that are not UTF-8, the first one here/,
  ],
  ["an empty file", "", /line 1: expected a word and its numbers, found nothing/],
  ["a text", "this is no vector file\n", /line 1: expected a word and its numbers/],
  ["a truncated gzip", gzipSync("good 1 2\n".repeat(100)).subarray(0, 30), /vectors: .*end of file/],
] as const) {
  test(`${what} is refused with its line`, () => assert.rejects(read(contents), message));
}
