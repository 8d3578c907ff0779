import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WordTable } from "../../models/src/word-table.ts";

const UNKNOWN = 1;
const SPECIAL = ["<pad>", "<unk>"];
// With few letters the words share beginnings, ends and slots. Some have arbitrary UTF-16 units.
const word = fc.oneof(
  fc.string({ unit: fc.constantFrom("a", "b", "é"), maxLength: 4 }),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.constantFrom("constructor", "__proto__", "\ud800", "<unk>"),
);

test("the table finds exactly its words, wherever they are in a text", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(word, { maxLength: 50 }),
      fc.array(word),
      word,
      word,
      (own, asked, before, after) => {
        const words = own.filter((w) => !SPECIAL.includes(w));
        const table = new WordTable([...SPECIAL, ...words], SPECIAL.length);
        const ids = new Map(words.map((w, i) => [w, i + SPECIAL.length]));
        for (const w of [...words, ...asked]) {
          const text = before + w + after;
          const found = table.id(text, before.length, before.length + w.length);
          assert.equal(found, ids.get(w) ?? UNKNOWN, JSON.stringify(w));
        }
      },
    ),
  );
});

test("special words are found in no text", () => {
  const table = new WordTable([...SPECIAL, "film"], SPECIAL.length);
  assert.deepEqual(
    [...SPECIAL, "film"].map((w) => table.id(w, 0, w.length)),
    [UNKNOWN, UNKNOWN, 2],
  );
});
