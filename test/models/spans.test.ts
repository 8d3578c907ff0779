import assert from "node:assert/strict";
import { test } from "node:test";
import { Encoder, sentenceOfEach, spans, tokenize } from "@undertone/models";
import fc from "fast-check";
import { normalize } from "../../models/src/normalize.ts";

const placed = (text: string) =>
  spans(text, { rules: "default" }).map(({ start, end }) => text.slice(start, end));

const golden: [string, string[]][] = [
  ["I can't say.", ["I", "ca", "n't", "say", "."]],
  ["Great!!<br /><br />The <i>end</i>", ["Great", "!", "!", "The", "end"]],
  ["Tom &amp; Jerry &#39;s “best”…", ["Tom", "&amp;", "Jerry", "&#39;", "s", "“", "best", "”", "…"]],
  ["E\u0301lan of a film\u0323\u0301s", ["E\u0301lan", "of", "a", "film\u0323\u0301s"]],
  ["ok 👍❤️ 👩‍👩‍👧 end", ["ok", "👍", "❤", "👩", "👩", "👧", "end"]],
  ["one\r\ntwo\r\n\r\nthree", ["one", "two", "three"]],
  ["İstanbul — ÜBER", ["İstanbul", "—", "ÜBER"]],
  ["well-known....", ["well", "known", "..."]],
  ["\u1112\u1161\u11ab film", ["\u1112\u1161\u11ab", "film"]],
  ["nul\u0000 and \ud800 alone", ["nul", "and", "alone"]],
];
for (const [text, parts] of golden) {
  test(`the tokens of ${JSON.stringify(text)} have their places in it`, () =>
    assert.deepEqual(placed(text), parts));
}

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.string({
    unit: fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
    maxLength: 100,
  }),
  fc
    .array(
      fc.constantFrom(
        ..."a n ' t . , - & < > ; é İ Σ … — ’ ≠ ! 3 < \r \n".split(" "),
        ..."\u0301 \u0323 \u0338 \u034f \u0307 \u1112 \u1161 \u11ab \uac00 \u212b \u0dd9 \u0dcf \u{1f44d} \ufe0f".split(
          " ",
        ),
        "\u0301".repeat(35),
        "&amp;",
        "<br />",
        " ",
      ),
    )
    .map((pieces) => pieces.join("")),
);

for (const rules of ["default", "article"] as const) {
  test(`the places of a text's tokens are in order, apart and within it (${rules})`, () => {
    fc.assert(
      fc.property(anyText, (text) => {
        let last = 0;
        for (const { start, end } of spans(text, { rules })) {
          assert.ok(last <= start && start <= end && end <= text.length);
          last = end;
        }
      }),
      { numRuns: 3000 },
    );
  });

  test(`spans and tokenize give the same tokens (${rules})`, () => {
    fc.assert(
      fc.property(anyText, (text) =>
        assert.deepEqual(
          spans(text, { rules }).map(({ token }) => token),
          tokenize(text, { rules }),
        ),
      ),
      { numRuns: 3000 },
    );
  });
}

test("the text at a token's place is the token, if words are separated by spaces", () => {
  const word = fc.constantFrom(
    ...[
      "Great",
      "can't",
      "it's",
      "“yes”",
      "&lt;b&gt;",
      "e\u0301te\u0301",
      "1,999",
      "👍🏽",
      "well-known",
      "end....",
      "…",
      "ΟΔΟΣ",
      "<br />",
    ],
  );
  const gap = fc.constantFrom(" ", "\r\n", "<br />", " \u0000");
  fc.assert(
    fc.property(fc.array(fc.tuple(word, gap)), (pairs) => {
      const text = pairs.flat().join("");
      for (const { token, start, end } of spans(text, { rules: "default" })) {
        assert.equal(normalize(text.slice(start, end), { rules: "default" }), token);
      }
    }),
  );
});

const encoderOf = (truncation: "start" | "both-ends") =>
  new Encoder({
    settings: { rules: "default", maximumLength: 4, truncation, fixedLength: false },
    words: ["<pad>", "<unk>", "a", "b", "c", "d", "e", "f"],
  });

test("a token has its index among the kept ids", () => {
  for (const [truncation, places] of [
    ["start", [0, 1, 2, 3, undefined, undefined]],
    ["both-ends", [0, 1, undefined, undefined, 2, 3]],
  ] as const) {
    const encoder = encoderOf(truncation);
    const { encoded, tokens } = encoder.locate("a b c d e f");
    assert.deepEqual(
      tokens.map(({ place }) => place),
      places,
    );
    assert.deepEqual(encoded, encoder.encode("a b c d e f"));
    for (const { id, place } of tokens) if (place !== undefined) assert.equal(encoded.ids[place], id);
  }
});

test("locate gives the same ids as encode", () => {
  const encoder = encoderOf("both-ends");
  fc.assert(
    fc.property(anyText, (text) => assert.deepEqual(encoder.locate(text).encoded, encoder.encode(text))),
  );
});

test("a row without ids is one unknown word, or only padding if the length is fixed", () => {
  assert.deepEqual([...encoderOf("start").row(new Int32Array(0))], [1]);
  const fixed = new Encoder({
    settings: { rules: "default", maximumLength: 3, truncation: "start", fixedLength: true },
    words: ["<pad>", "<unk>", "a"],
  });
  assert.deepEqual([...fixed.row(Int32Array.of(2))], [2, 0, 0]);
  assert.deepEqual([...fixed.row(new Int32Array(0))], [0, 0, 0]);
});

/** The text of each sentence, from its first to its last token. */
function sentences(text: string): string[] {
  const tokens = spans(text, { rules: "default" }).map((span, index) => ({ ...span, index }));
  const of = sentenceOfEach(text, tokens);
  return [...new Set(of)].map((sentence) => {
    const own = tokens.filter((_, i) => of[i] === sentence);
    return text.slice(own[0]!.start, own.at(-1)!.end);
  });
}

test("sentences end where a reader would end them, and at blank lines in any markup", () => {
  assert.deepEqual(sentences("It was fine.<br /> Then it <i>was</i> not! Was it 3.5 stars? Yes..."), [
    "It was fine.",
    "Then it <i>was</i> not!",
    "Was it 3.5 stars?",
    "Yes...",
  ]);
  assert.deepEqual(sentences("a title\r\n\r\nand then\nthe text<br /><br />and more<p>end"), [
    "a title",
    "and then\nthe text",
    "and more",
    "end",
  ]);
});

test("a sentence ends where a text was cut", () => {
  const tokens = [0, 1, 3].map((index) => ({ start: 2 * index, end: 2 * index + 1, index }));
  assert.deepEqual(sentenceOfEach("a b c d", tokens), [0, 0, 1]);
});

test("sentences of any text are counted up from 0", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const tokens = spans(text, { rules: "default" }).map((span, index) => ({ ...span, index }));
      const of = sentenceOfEach(text, tokens);
      assert.equal(of.length, tokens.length);
      assert.ok(of.every((sentence, i) => sentence >= (of[i - 1] ?? 0)));
    }),
  );
});

test("hostile text is located in linear time", () => {
  for (const piece of [
    "a",
    "\u0301",
    "\u0301\u0323",
    "<a",
    "&amp;",
    "İ",
    "\u1161",
    ".",
    "\n",
    "\n ",
    "<br> ",
  ]) {
    const time = (length: number) => {
      const start = process.cpuUsage();
      const text = piece.repeat(length / piece.length);
      sentenceOfEach(text, [
        { start: 0, end: 1, index: 0 },
        { start: text.length - 1, end: text.length, index: 1 },
      ]);
      spans(text, { rules: "default" });
      return process.cpuUsage(start).user / 1000; // CPU time, because other processes affect the wall time
    };
    const [small, large] = [time(20_000), time(200_000)];
    assert.ok(
      large < 40 * small + 200,
      `${JSON.stringify(piece)}: ${small} ms, then ${large} ms for ten times as much`,
    );
  }
});
