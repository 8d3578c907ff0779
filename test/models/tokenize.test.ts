import assert from "node:assert/strict";
import { test } from "node:test";
import { Encoder, tokenize } from "@undertone/models";
import fc from "fast-check";

const golden: [string, string[]][] = [
  ["", []],
  ["I can't say it isn't good", ["i", "ca", "n't", "say", "it", "is", "n't", "good"]],
  [
    "we'd left, they're gone: it's John's",
    ["we", "'d", "left", ",", "they", "'re", "gone", ":", "it", "'s", "john", "'s"],
  ],
  ["Great!!<br /><br />The end.... or -- so", ["great", "!", "!", "the", "end", "...", "or", "--", "so"]],
  ["a well-known 3.5-star film", ["a", "well", "known", "3.5", "star", "film"]],
  ["10/10 for 1,999 O'Briens", ["10", "/", "10", "for", "1,999", "o'briens"]],
  ["“Curly” ‘quotes’…", ['"', "curly", '"', "'", "quotes", "'", "..."]],
  ["Tom &amp; Jerry &#39;s", ["tom", "&", "jerry", "'", "s"]],
  ["e\u0301lan ÜBER", ["élan", "über"]],
  ["ok 👍❤️", ["ok", "👍", "❤"]],
  ["nul\u0000 and \ud800 alone", ["nul", "and", "alone"]],
  ["constructor __proto__", ["constructor", "_", "_", "proto", "_", "_"]],
  ["1 < 2 and 3 > 2", ["1", "<", "2", "and", "3", ">", "2"]],
  ["فيلم جيد", ["فيلم", "جيد"]],
];

for (const [text, tokens] of golden) {
  test(`the default rules split ${JSON.stringify(text)}`, () =>
    assert.deepEqual(tokenize(text, { rules: "default" }), tokens));
}

test("the article's rules split on every single space and keep the empty pieces", () => {
  assert.deepEqual(tokenize("Good,  <br />FILM ", { rules: "article" }), ["good,", "", "<br", "/>film", ""]);
});

const words = ["<pad>", "<unk>", "good", "bad", "film", "n't", ".", "constructor"];
const settings = { rules: "default", maximumLength: 6, truncation: "both-ends", fixedLength: false } as const;
const encoder = new Encoder({ settings, words });
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    maxLength: 200,
  }),
  fc
    .array(fc.constantFrom("good", "bad'", "n't", "<br", "/>", "...", "-", "'", "3.5", " ", "ca"))
    .map((a) => a.join("")),
);

test("any string is encoded, and the counts agree with the tokens", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const encoded = encoder.encode(text);
      assert.equal(encoded.total, tokenize(text, { rules: "default" }).length);
      assert.equal(encoded.scored, Math.min(encoded.total, 6));
      assert.equal(encoded.ids.length, encoded.scored);
      assert.equal(encoded.truncated, encoded.scored < encoded.total);
      assert.ok(encoded.words <= encoded.known && encoded.known <= encoded.scored);
      assert.ok(encoded.ids.every((id) => id >= 1 && id < words.length));
    }),
    { numRuns: 2000 },
  );
});

test("tokens have no white space, and splitting them again changes only clitics", () => {
  fc.assert(
    fc.property(anyText, (text) =>
      tokenize(text, { rules: "default" }).every((token) => token !== "" && !/\s/.test(token)),
    ),
  );
});

test("a long text keeps its first and its last half", () => {
  const { ids, total, truncated } = encoder.encode("good good good film film film bad bad bad");
  assert.deepEqual([[...ids], total, truncated], [[2, 2, 2, 3, 3, 3], 9, true]);
});

test("the names of object properties are ordinary words", () => {
  assert.deepEqual([...encoder.encode("constructor toString").ids], [7, 1]);
});

test("a text of punctuation has no word", () => {
  const { known, words: count } = encoder.encode("... .");
  assert.deepEqual([known, count], [1, 0]);
});

test("a fixed length is padded with zeros that are not counted", () => {
  const article = new Encoder({
    settings: { rules: "article", maximumLength: 5, truncation: "start", fixedLength: true },
    words,
  });
  const { ids, scored, total } = article.encode("good film");
  assert.deepEqual([[...ids], scored, total], [[2, 4, 0, 0, 0], 2, 2]);
});

test("hostile text of 1 MB is encoded in linear time", () => {
  for (const piece of [
    "a",
    "'",
    "<a",
    "&",
    "-",
    ".",
    "3.",
    "n't",
    "\u0301",
    "\u0301\u0323",
    "\ud83d",
    "<",
    "é",
  ]) {
    const small = time(piece.repeat(Math.floor(100_000 / piece.length)));
    const large = time(piece.repeat(Math.floor(1_000_000 / piece.length)));
    assert.ok(
      large < 40 * small + 200,
      `${JSON.stringify(piece)}: ${small} ms, then ${large} ms for ten times as much`,
    );
  }
});

function time(text: string): number {
  const start = performance.now();
  encoder.encode(text);
  return performance.now() - start;
}

test("other rules, settings or words give another fingerprint", () => {
  const fingerprints = [
    encoder,
    new Encoder({ settings, words: [...words, "end"] }),
    new Encoder({ settings: { ...settings, truncation: "start" }, words }),
    new Encoder({ settings: { ...settings, rules: "article" }, words }),
  ].map(({ fingerprint }) => fingerprint);
  assert.equal(new Set(fingerprints).size, 4);
  assert.equal(new Encoder({ settings, words }).fingerprint, encoder.fingerprint);
});
