import fc from "fast-check";
import { type Body, toBody } from "./body.ts";

/** Around the documented limits of 64 and 200 characters, and far above. */
const length = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom(64, 65, 199, 200, 201, 2_400, 2_401) },
  { weight: 4, arbitrary: fc.integer({ min: 202, max: 20_000 }) },
  { weight: 1, arbitrary: fc.integer({ min: 20_000, max: 1_000_000 }) },
);
/** Letters, what takes six bytes in JSON, two units for one character, and halves of these. */
const UNITS = ["i", "\u0001", "😀", "\ud800", '"', "é", "\u202e"];
const id = fc
  .tuple(length, fc.constantFrom(...UNITS))
  .map(([units, unit]) => unit.repeat(Math.ceil(units / unit.length)));
const shortId = id.map((one) => one.slice(0, 6_000));
const source = id.map((one) => JSON.stringify(one));
const recommender = { service: "recommender" as const };

/** Lone surrogates cannot be part of a URL; they are sent as the bytes that they would have. */
const inPath = (one: string) => encodeURIComponent(one.replaceAll("\ud800", "\ufffd"));
const TENSOR = '{"name":"text","datatype":"BYTES","shape":[1],"data":["A great film."]}';

const bodies: fc.Arbitrary<Body>[] = [
  fc
    .tuple(source, fc.integer({ min: 1, max: 20 }))
    .map(([one, n]) =>
      toBody(
        "/sentiment/batch",
        `{"items":[${Array.from({ length: one.length > 10_000 ? 1 : n }, () => `{"id":${one},"text":"A great film."}`)}]}`,
      ),
    ),
  fc.array(source, { maxLength: 3 }).map((ids) =>
    toBody("/sentiment/stream", ids.map((one) => `{"id":${one},"text":"A great film."}`).join("\n"), {
      type: "application/x-ndjson",
    }),
  ),
  source.map((one) =>
    toBody("/v2/models/{m}/infer", `{"id":${one},"inputs":[${TENSOR}]}`, {
      path: "/v2/models/reviews-bilstm/infer",
    }),
  ),
  source.map((one) =>
    toBody("/v2/models/{m}/infer", `{"inputs":[${TENSOR}],"outputs":[{"name":${one}}]}`, {
      path: "/v2/models/reviews-bilstm/infer",
    }),
  ),
  shortId.map((one) =>
    toBody("/v2/models/{m}/infer", `{"inputs":[${TENSOR}]}`, { path: `/v2/models/${inPath(one)}/infer` }),
  ),
  shortId.map((one) =>
    toBody("/sentiment/file", "text\nA great film.\n", {
      path: `/sentiment/file?id=${inPath(one)}`,
      type: "text/csv",
    }),
  ),
  id.map((one) =>
    toBody("/sentiment/file", `${one.replaceAll('"', "'")},text\na,A great film.\n`, { type: "text/csv" }),
  ),
  source.map((one) => toBody("/sentiment", `{"text":"A great film.",${one}:1}`)),
  source.map((one) => toBody("/predict", `{"inputs":"A great film.","parameters":{${one}:1}}`)),
  fc
    .tuple(fc.constantFrom("user_id", "item_id", "at"), source)
    .map(([name, one]) =>
      toBody(
        "/feedback",
        `{"items":[{"user_id":"user 1","item_id":"item 1","rating":2,"${name}":${one}}]}`,
        recommender,
      ),
    ),
  source.map((one) =>
    toBody("/items/{id}", `{"category":${one}}`, { ...recommender, method: "PUT", path: "/items/item%201" }),
  ),
  shortId.map((one) =>
    toBody("/items/{id}", "{}", { ...recommender, method: "PUT", path: `/items/${inPath(one)}` }),
  ),
];

/** Bodies with a long id, or another long name that an answer could repeat. */
export const longIds: fc.Arbitrary<Body> = fc
  .oneof(...bodies)
  .map((body) => ({ ...body, kinds: ["long ids"] }));
