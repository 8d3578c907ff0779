import fc from "fast-check";
import { review } from "./reviews.ts";

export interface Body {
  path: string;
  type: string;
  bytes: Buffer;
}

const JSON_TYPE = "application/json";
const MODEL = "/v2/models/reviews-bilstm/infer";

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
const text = fc.oneof(
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
const oddSource = fc.oneof(
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
const textSource = fc.oneof(
  { weight: 9, arbitrary: text.map((one) => JSON.stringify(one)) },
  { weight: 1, arbitrary: oddSource },
);

/**
 * An object's source: mostly the given members, at times doubled, left out, or with a stranger
 * among them.
 */
function objectSource(members: Record<string, fc.Arbitrary<string>>): fc.Arbitrary<string> {
  const all = Object.entries(members).map(([name, source]) =>
    source.map((value) => `${JSON.stringify(name)}:${value}`),
  );
  const stranger = fc.tuple(fc.constantFrom("id", "text", "__proto__", "toString", "", "inputs"), oddSource);
  return fc.tuple(fc.tuple(...all), fc.nat(19), stranger).map(([parts, what, [name, value]]) => {
    if (what === 0) parts.push(parts[0]!);
    else if (what === 1) parts.pop();
    else if (what === 2) parts.push(`${JSON.stringify(name)}:${value}`);
    return `{${parts.join(",")}}`;
  });
}

const list = (source: fc.Arbitrary<string>, maxLength: number) =>
  fc.array(source, { maxLength }).map((sources) => `[${sources.join(",")}]`);
const id = fc.oneof(fc.constantFrom('"a"', '"a"', '""', '"\\ud800"'), oddSource);
const item = fc.oneof(objectSource({ text: textSource }), objectSource({ id, text: textSource }));
const tensor = fc
  .array(text, { minLength: 1, maxLength: 4 })
  .map(
    (texts) => `{"name":"text","datatype":"BYTES","shape":[${texts.length}],"data":${JSON.stringify(texts)}}`,
  );

const bodies: fc.Arbitrary<Body>[] = [
  objectSource({ text: textSource }).map((source) => body("/sentiment", source)),
  objectSource({ items: list(item, 12) }).map((source) => body("/sentiment/batch", source)),
  fc
    .array(item, { maxLength: 8 })
    .map((lines) => body("/sentiment/stream", lines.join("\n"), "application/x-ndjson")),
  objectSource({ inputs: textSource }).map((source) => body("/predict", source)),
  objectSource({ inputs: list(list(textSource, 2), 4) }).map((source) => body("/predict", source)),
  objectSource({ inputs: list(textSource, 4), parameters: oddSource }).map((source) => body("/", source)),
  objectSource({ inputs: list(tensor, 1), id }).map((source) => body(MODEL, source)),
  fc
    .tuple(fc.constantFrom("/sentiment", "/sentiment/batch", "/predict", "/", MODEL), oddSource)
    .map(([path, source]) => body(path, source)),
];

function body(path: string, source: string, type = JSON_TYPE): Body {
  return { path, type, bytes: Buffer.from(source) };
}

/** One change to the bytes themselves, wherever it falls. */
const mutation = fc.record({
  kind: fc.constantFrom("cut", "drop", "flip", "double", "insert", "type"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  bytes: fc
    .constantFrom("\u0000", '"', "\\", "{", "]", ",", "\ufeff")
    .map((one) => Buffer.from(one))
    .chain((one) =>
      fc.constantFrom(one, Buffer.of(0xff), Buffer.of(0xed, 0xa0, 0x80), Buffer.of(0xc0, 0x80)),
    ),
});
const TYPES = [
  "text/plain",
  "application/json; charset=utf-16",
  "application/x-ndjson",
  "",
  "application/jso\u00f6",
  "multipart/form-data",
];

function mutate(original: Body, { kind, at, bytes }: { kind: string; at: number; bytes: Buffer }): Body {
  const index = Math.floor(at * original.bytes.length);
  const [head, tail] = [original.bytes.subarray(0, index), original.bytes.subarray(index)];
  switch (kind) {
    case "cut":
      return { ...original, bytes: head };
    case "drop":
      return { ...original, bytes: Buffer.concat([head, tail.subarray(1)]) };
    case "double":
      return { ...original, bytes: Buffer.concat([head, tail, tail]) };
    case "insert":
      return { ...original, bytes: Buffer.concat([head, bytes, tail]) };
    case "flip":
      return {
        ...original,
        bytes: Buffer.concat([head, tail.subarray(0, 1).map((byte) => byte ^ 0x10), tail.subarray(1)]),
      };
    default:
      return { ...original, type: TYPES[Math.floor(at * TYPES.length)] ?? "" };
  }
}

/** A body as the grammar has it, or with up to three mutations. */
export const anyBody: fc.Arbitrary<Body> = fc
  .tuple(fc.oneof(...bodies), fc.oneof(fc.constant([]), fc.array(mutation, { minLength: 1, maxLength: 3 })))
  .map(([original, mutations]) => mutations.reduce(mutate, original));
