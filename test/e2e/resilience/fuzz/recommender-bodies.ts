import fc from "fast-check";
import { type Body, toBody } from "./body.ts";
import { id, list, objectSource, oddSource, textSource } from "./sources.ts";

/** Few names, so that feedback replaces feedback and the catalogue stays small. */
const name = (kind: string) =>
  fc.oneof({ weight: 8, arbitrary: fc.nat(30).map((n) => `"${kind} ${n}"`) }, { weight: 1, arbitrary: id });
const at = fc.oneof(
  fc
    .date({ min: new Date("1900-01-01"), max: new Date("2100-01-01"), noInvalidDate: true })
    .map((date) => `"${date.toISOString()}"`),
  fc.constantFrom('"2026-02-30T00:00:00Z"', '"9999-12-31T23:59:60Z"', '"-000001-01-01T00:00:00Z"', '""'),
  oddSource,
);
const rating = fc.oneof(
  fc.integer({ min: 0, max: 6 }).map(String),
  fc.constantFrom("4.5", "5.0000001"),
  oddSource,
);
const feedback = fc.oneof(
  objectSource({ user_id: name("user"), item_id: name("item"), text: textSource }),
  objectSource({ user_id: name("user"), item_id: name("item"), rating, at }),
);
const PATHS = ["item%201", "%F0%9F%98%80", "%00", "%ff", "..%2f", "%ED%A0%80", "a?b=c", "%", "__proto__"];

/** The bodies of the recommender's routes. */
export const recommenderBodies: fc.Arbitrary<Body>[] = [
  objectSource({ items: list(feedback, 8) }).map((source) =>
    toBody("/feedback", source, { service: "recommender" }),
  ),
  fc
    .tuple(
      objectSource({
        category: name("category"),
        hidden: fc.oneof(fc.constantFrom("true", "false"), oddSource),
      }),
      fc.constantFrom(...PATHS),
    )
    .map(([source, path]) =>
      toBody("/items/{id}", source, { service: "recommender", method: "PUT", path: `/items/${path}` }),
    ),
  oddSource.map((source) => toBody("/feedback", source, { service: "recommender" })),
];
