import fc from "fast-check";
import { review } from "../reviews.ts";

/**
 * Pieces that texts are made of: words the model knows, and what breaks programs that read text.
 */
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.nat(200).map((n) => review(n, 12)) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 20 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...[
        "\u0000",
        "\ud800",
        "\udc00\ud800",
        "\ufeff",
        "\u202e\u2066",
        "e\u0301\u0301\u0301",
        "\u200d",
        "👩‍👩‍👧‍👦",
        "İ",
        "ẞ",
        "ﬃ",
      ],
      ...[
        "<br />",
        "&amp;&#x0;",
        "constructor",
        "__proto__",
        "don't",
        "a-b_c",
        "1e999",
        "$&",
        "\u2028",
        "\r\n\t",
      ],
    ),
  },
);
export const shortText = fc.array(piece, { maxLength: 2 }).map((pieces) => pieces.join(" "));
export const text = fc.oneof(
  { weight: 8, arbitrary: fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(" ")) },
  {
    weight: 1,
    arbitrary: fc.tuple(piece, fc.nat(2_000)).map(([one, times]) => one.repeat(times).slice(0, 120_000)),
  },
);

/**
 * JSON source rather than a value: duplicate keys, numbers no program can hold, and depth exist
 * only there.
 */
export const oddSource = fc.oneof(
  fc.json({ maxDepth: 4 }),
  fc.constantFrom(
    "1e999",
    "-0",
    "1.0000000000000000000000001",
    "9007199254740993",
    "1E-400",
    "01",
    "+1",
    "NaN",
    ".5",
    "null",
  ),
  fc.integer({ min: 1, max: 20_000 }).map((depth) => "[".repeat(depth) + "]".repeat(depth)),
  fc.integer({ min: 1, max: 5_000 }).map((depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`),
  fc.constantFrom(
    '"\\ud800"',
    '"\\u0000"',
    '"\\x"',
    '"\t"',
    '{"__proto__":{}}',
    '{"constructor":{"prototype":1}}',
    "[,]",
    "{}",
    "",
  ),
);

export const textSource = fc.oneof(
  { weight: 9, arbitrary: text.map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: oddSource },
);

export type Member = [name: string, source: string];
export const member = ([name, source]: Member) => `${JSON.stringify(name)}:${source}`;

/**
 * An object's source: mostly the given members, at times doubled, left out, or with a stranger
 * among them.
 */
export function objectSource(members: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> {
  const all = Object.entries(members).map(([name, source]) => source.map((value): Member => [name, value]));
  const stranger = fc.tuple(fc.constantFrom("id", "text", "__proto__", "toString", "", "inputs"), oddSource);
  return fc.tuple(fc.tuple(...all), fc.nat(19), stranger).map(([parts, what, odd]) => {
    if (what === 0) parts.push(parts[0]!);
    else if (what === 1) parts.pop();
    else if (what === 2) parts.push(odd);
    return `{${parts.map(member).join(",")}}`;
  });
}

export const list = (source: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(source, { maxLength }).map((sources) => `[${sources.join(",")}]`);
export const id = fc.oneof(fc.constantFrom('"a"', '"a"', '""', '"\\ud800"'), oddSource);
export const item = fc.oneof(objectSource({ text: textSource }), objectSource({ id, text: textSource }));
export const tensor = fc
  .array(text, { minLength: 1, maxLength: 4 })
  .map(
    (texts) => `{"name":"text","datatype":"BYTES","shape":[${texts.length}],"data":${JSON.stringify(texts)}}`,
  );
