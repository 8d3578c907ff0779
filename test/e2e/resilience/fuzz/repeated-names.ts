import fc from "fast-check";
import { type Body, toBody } from "./body.ts";
import { type Member, member, oddSource, shortText, textSource } from "./sources.ts";

/** Twice, a few times, and up to the limit of values in one document and more. */
const times = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 2, max: 50 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1_000, max: 25_000 }) },
);
const OUTPUTS = ["label", "score", "truncated", "error", "warnings"];
const shortSource = shortText.map((one) => JSON.stringify(one));
const one = (value: string, n: number): string[] => Array.from({ length: n }, () => value);

/** An object whose members all have the same name; at times the last has another value. */
const sameMember = (name: string, value: fc.Arbitrary<string>) =>
  fc.tuple(value, fc.option(oddSource), times).map(([first, last, n]) => {
    // Many long values would only be too large a body.
    const members: Member[] = one(first, first.length > 1_000 ? 2 : n).map((source) => [name, source]);
    if (last !== null) members.push([name, last]);
    return `{${members.map(member).join(",")}}`;
  });
const outputs = fc
  .tuple(fc.array(fc.constantFrom(...OUTPUTS), { minLength: 1, maxLength: 7 }), times)
  .map(([names, n]) => {
    const all = names.length === 1 ? one(names[0]!, n) : names;
    return `[${all.map((name) => `{"name":"${name}"}`)}]`;
  });
const recommender = { service: "recommender" as const };

const bodies: fc.Arbitrary<Body>[] = [
  sameMember("text", textSource).map((source) => toBody("/sentiment", source)),
  sameMember("text", shortSource).map((source) => toBody("/sentiment/explain", source)),
  sameMember("text", shortSource).map((source) => toBody("/sentiment/batch", `{"items":[${source}]}`)),
  sameMember("items", fc.constant('[{"text":"A great film."}]')).map((source) =>
    toBody("/sentiment/batch", source),
  ),
  // The same id for all items is allowed.
  fc
    .tuple(shortSource, times)
    .map(([source, n]) =>
      toBody("/sentiment/batch", `{"items":[${one(`{"id":"same","text":${source}}`, n)}]}`),
    ),
  fc.array(sameMember("id", fc.constant('"a"')), { maxLength: 5 }).map((lines) =>
    toBody("/sentiment/stream", lines.join("\n"), {
      type: "application/x-ndjson",
    }),
  ),
  sameMember("inputs", shortSource).map((source) => toBody("/predict", source)),
  sameMember("top_k", fc.constant("1")).map((source) =>
    toBody("/", `{"inputs":"A great film.","parameters":${source}}`),
  ),
  fc
    .tuple(outputs, shortSource, fc.constantFrom("", "/versions/1.0.0"))
    .map(([names, source, version]) =>
      toBody(
        `/v2/models/{m}${version && "/versions/{v}"}/infer`,
        `{"inputs":[{"name":"text","datatype":"BYTES","shape":[1],"data":[${source}]}],"outputs":${names}}`,
        { path: `/v2/models/reviews-bilstm${version}/infer` },
      ),
    ),
  times.map((n) =>
    toBody("/sentiment/file", `${one("text", n)}\n${one("A great film.", n)}\n`, { type: "text/csv" }),
  ),
  fc.array(sameMember("text", shortSource), { maxLength: 5 }).map((lines) =>
    toBody("/sentiment/file", lines.join("\n"), {
      type: "application/x-ndjson",
    }),
  ),
  fc.constantFrom("unscorable", "summary", "header", "textColumn").chain((name) =>
    fc.integer({ min: 2, max: 400 }).map((n) =>
      toBody("/sentiment/file", "text\nA great film.\n", {
        path: `/sentiment/file?${one(`${name}=warn`, n).join("&")}`,
        type: "text/csv",
      }),
    ),
  ),
  sameMember("user_id", fc.constant('"user 1"')).map((source) =>
    toBody("/feedback", `{"items":[${source}]}`, recommender),
  ),
  sameMember("items", fc.constant('[{"user_id":"user 1","item_id":"item 1","rating":4}]')).map((source) =>
    toBody("/feedback", source, recommender),
  ),
  times.map((n) =>
    toBody(
      "/feedback",
      `{"items":[${one('{"user_id":"user 1","item_id":"item 1","rating":3}', n)}]}`,
      recommender,
    ),
  ),
  sameMember("hidden", fc.constant("true")).map((source) =>
    toBody("/items/{id}", source, { ...recommender, method: "PUT", path: "/items/item%201" }),
  ),
];

/** Bodies that have a name more than once: members, outputs, columns, parameters, ids. */
export const repeatedNames: fc.Arbitrary<Body> = fc
  .oneof(...bodies)
  .map((body) => ({ ...body, kinds: ["repeated names"] }));
