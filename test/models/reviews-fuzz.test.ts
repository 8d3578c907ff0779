import assert from "node:assert/strict";
import { test } from "node:test";
import { Encoder, spans, tokenize } from "@undertone/models";
import fc from "fast-check";

const settings = {
  rules: "reviews",
  maximumLength: 1000,
  truncation: "both-ends",
  fixedLength: false,
} as const;
const words = ["<pad>", "<unk>", ..."so good n't do <url> <rating-8> face red heart .".split(" ")];
const encoder = new Encoder({ settings, words });

/** The patterns of the rules, complete and in pieces. */
const pieces = [
  ..."a n t ' . , - & < > ; : = ( ) / # @ ! * ^ _ 1 5 10 4/5 0 star stars of out one half thumbs up".split(
    " ",
  ),
  ..."amp; &amp; &lt; &#39; &#x1F600; <br> <b <!-- --> <style> </style> </ http:// www. .com a@b.co".split(
    " ",
  ),
  ..."dont don t im nt so sooo gooood #Foo #FOOBar aB é İ Σ … — ’ ½ ™ ﬁ 𝐠 ｶ ﾞ 각 \u1100 \u1161".split(" "),
  ..."😀 ❤ \ufe0f \u200d \u{1f3fd} 👩 🇫 🇷 ★ ☆ ⭐ \u20e3 \u{e0067} \u0301 \u0323 \u00ad \u200b \ud83d".split(
    " ",
  ),
  ..."\n \r \t".split(" "),
  "\u0301".repeat(35),
  " ",
];
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 100 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join("")),
  fc.array(fc.constantFrom(...pieces), { maxLength: 20 }).map((parts) => parts.join(" ")),
);

test("the places of a text's tokens are in order, apart and within it, and the tokens are those of tokenize", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let last = 0;
      const found = spans(text, settings);
      for (const { start, end } of found) {
        assert.ok(last <= start && start <= end && end <= text.length);
        last = end;
      }
      assert.deepEqual(
        found.map(({ token }) => token),
        tokenize(text, settings),
      );
    }),
    { numRuns: 5000 },
  );
});

test("locate gives the same ids as encode, and encode counts the tokens", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const encoded = encoder.encode(text);
      assert.deepEqual(encoder.locate(text).encoded, encoded);
      assert.equal(encoded.total, tokenize(text, settings).length);
    }),
    { numRuns: 2000 },
  );
});

test("tokens have no white space", () => {
  fc.assert(
    fc.property(anyText, (text) =>
      tokenize(text, settings).every((token) => token !== "" && !/\s/.test(token)),
    ),
  );
});

test("hostile text of 200 kB is encoded in linear time", () => {
  const hostile = [
    ...pieces,
    "<a",
    "<!-- ",
    "<style>",
    "<a '",
    `<a "`,
    "&amp;amp;",
    "&#",
    "#A",
    "#aB_",
    "a@",
  ];
  hostile.push(
    "a.b.",
    "www.",
    "www.,",
    "1-",
    "11111",
    "1/",
    "4 out of ",
    "a star",
    ":(",
    "<3",
    "aaab",
    "don t",
  );
  hostile.push(
    "❤\u200d",
    "★ ",
    "e\u0301\u0323",
    "x".repeat(40),
    "@a",
    "-_",
    "^_",
    "&a",
    "!",
    "a-1",
    "http://",
  );
  for (const piece of hostile) {
    const small = time(piece.repeat(Math.ceil(20_000 / piece.length)));
    const large = time(piece.repeat(Math.ceil(200_000 / piece.length)));
    const told = `${JSON.stringify(piece)}: ${small} ms, then ${large} ms for ten times as much`;
    assert.ok(large < 40 * small + 200, told);
  }
});

function time(text: string): number {
  const start = process.cpuUsage();
  encoder.encode(text);
  return process.cpuUsage(start).user / 1000;
}
