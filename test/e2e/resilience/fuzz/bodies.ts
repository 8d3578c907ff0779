import fc from "fast-check";
import { type Body, JSON_TYPE, toBody } from "./body.ts";
import { anyFile } from "./files.ts";
import { longIds } from "./long-ids.ts";
import { packed } from "./packing.ts";
import { recommenderBodies } from "./recommender-bodies.ts";
import { repeatedNames } from "./repeated-names.ts";
import { id, item, list, objectSource, oddSource, shortText, tensor, textSource } from "./sources.ts";

export const INFER = {
  route: "/v2/models/{m}/infer",
  path: "/v2/models/reviews-bilstm/infer",
};
const infer = (source: string) => toBody(INFER.route, source, { path: INFER.path });

/** The bodies of the sentiment service's routes. */
const sentimentBodies: fc.Arbitrary<Body>[] = [
  objectSource({ text: textSource }).map((source) => toBody("/sentiment", source)),
  objectSource({ items: list(item, 12) }).map((source) => toBody("/sentiment/batch", source)),
  fc
    .array(item, { maxLength: 8 })
    .map((lines) => toBody("/sentiment/stream", lines.join("\n"), { type: "application/x-ndjson" })),
  objectSource({ inputs: textSource }).map((source) => toBody("/predict", source)),
  objectSource({ inputs: list(list(textSource, 2), 4) }).map((source) => toBody("/predict", source)),
  objectSource({ inputs: list(textSource, 4), parameters: oddSource }).map((source) => toBody("/", source)),
  objectSource({ inputs: list(tensor, 1), id }).map(infer),
  // An explanation runs the model for each word.
  objectSource({ text: shortText.map((one) => JSON.stringify(one)) }).map((source) =>
    toBody("/sentiment/explain", source),
  ),
  anyFile,
  fc
    .tuple(
      fc.constantFrom("/sentiment", "/sentiment/batch", "/sentiment/explain", "/predict", "/"),
      oddSource,
    )
    .map(([route, source]) => toBody(route, source)),
  oddSource.map(infer),
];

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
  `${JSON_TYPE}; charset=utf-16`,
  "application/x-ndjson",
  "",
  "application/jso\u00f6",
  "multipart/form-data",
];

function mutate(original: Body, { kind, at, bytes }: { kind: string; at: number; bytes: Buffer }): Body {
  const index = Math.floor(at * original.bytes.length);
  const [head, tail] = [original.bytes.subarray(0, index), original.bytes.subarray(index)];
  const changed = (...parts: (Buffer | Uint8Array)[]): Body => {
    const all = Buffer.concat(parts);
    return { ...original, bytes: all, plain: all };
  };
  switch (kind) {
    case "cut":
      return changed(head);
    case "drop":
      return changed(head, tail.subarray(1));
    case "double":
      return changed(head, tail, tail);
    case "insert":
      return changed(head, bytes, tail);
    case "flip":
      return changed(
        head,
        tail.subarray(0, 1).map((byte) => byte ^ 0x10),
        tail.subarray(1),
      );
    default:
      return { ...original, type: TYPES[Math.floor(at * TYPES.length)] ?? "" };
  }
}

const broken = fc.array(mutation, { minLength: 1, maxLength: 3 });

/**
 * A body as the grammar has it, with repeated names or with a long id; at times with up to three
 * mutations; at times compressed.
 */
export const anyBody: fc.Arbitrary<Body> = fc
  .tuple(
    fc.oneof(
      { weight: 12, arbitrary: fc.oneof(...sentimentBodies) },
      { weight: 4, arbitrary: fc.oneof(...recommenderBodies) },
      { weight: 3, arbitrary: repeatedNames },
      { weight: 2, arbitrary: longIds },
    ),
    fc.option(broken, { freq: 2, nil: [] }),
    fc.option(packed, { freq: 5 }),
  )
  .map(([original, mutations, pack]) => {
    const body = mutations.reduce(mutate, original);
    if (mutations.length > 0) body.kinds = [...body.kinds, "broken bodies"];
    return pack === null ? body : pack(body);
  });
