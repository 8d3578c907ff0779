import assert from "node:assert/strict";
import { test } from "node:test";
import { Encoder } from "@undertone/models";
import fc from "fast-check";
import { MAX_PASSES, MAX_WORDS, occlude } from "../../services/sentiment/src/scoring/occlusion.ts";
import { MAX_PASSAGES, passages } from "../../services/sentiment/src/scoring/passages.ts";

const encoder = new Encoder({
  settings: { rules: "default", maximumLength: 400, truncation: "both-ends", fixedLength: false },
  words: ["<pad>", "<unk>", "good", "bad", "."],
});
const rangesOf = (text: string) => passages(text, encoder.locate(text).tokens);
const anyText = fc
  .array(fc.constantFrom("good", "bad", "film", ". ", "! ", "\n\n", " "), { maxLength: 1200 })
  .map((words) => words.join(" "));

test("passages cover the kept tokens in order and without gaps, and their number is limited", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const ranges = rangesOf(text);
      let covered = 0;
      for (const { from, to } of ranges) {
        assert.equal(from, covered);
        assert.ok(to > from);
        covered = to;
      }
      assert.equal(covered, encoder.encode(text).scored);
      assert.ok(ranges.length <= MAX_PASSAGES);
    }),
    { numRuns: 300 },
  );
});

test("a text without full stops is divided into parts of equal length", () => {
  assert.deepEqual(
    rangesOf("good ".repeat(100)).map(({ from, to }) => to - from),
    [33, 34, 33],
  );
});

test("a cut divides two passages", () => {
  const ranges = rangesOf("good ".repeat(450));
  assert.ok(ranges.some(({ to }) => to === 200));
  assert.equal(ranges.length, 10);
});

test("the number of model runs is limited, in at most two rounds", async () => {
  await fc.assert(
    fc.asyncProperty(
      anyText.filter((text) => encoder.encode(text).scored > 0),
      async (text) => {
        const { ids } = encoder.encode(text);
        const rounds: number[] = [];
        const found = await occlude(encoder, ids, 0, rangesOf(text), async (rows) => {
          rounds.push(rows.length);
          assert.ok(rows.every((row) => row.length > 0 && row.length <= ids.length));
          return rows.map(() => 1);
        });
        assert.ok(1 + rounds.reduce((sum, rows) => sum + rows, 0) <= MAX_PASSES);
        assert.ok(rounds.length <= 2);
        assert.equal(found.words.size, Math.min(found.words.size, MAX_WORDS));
        assert.ok(ids.length > MAX_WORDS || found.words.size === ids.length);
        assert.equal(found.beginnings.get(ids.length - 1), 0);
      },
    ),
    { numRuns: 300 },
  );
});

test("each word is left out at its own place", async () => {
  const { ids } = encoder.encode("good bad film.");
  const rows: number[][] = [];
  await occlude(encoder, ids, 0, [{ from: 0, to: 4 }], async (asked) => {
    rows.push(...asked.map((row) => [...row]));
    return asked.map(() => 0);
  });
  assert.deepEqual(rows, [[1], [2], [2, 3], [2, 3, 1], [3, 1, 4], [2, 1, 4], [2, 3, 4], [2, 3, 1]]);
});
