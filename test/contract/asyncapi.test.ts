import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { describe, test } from "node:test";
import specification from "@asyncapi/specs/schemas/3.0.0-without-$id.json" with { type: "json" };
import { PARKED, parkedSubject, REVIEWS, reviewSubject, SCORES, scoreSubject } from "@undertone/streams";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { PROBLEMS } from "../../services/sentiment/src/http/errors.ts";
import { readReview } from "../../services/sentiment/src/stream-worker/messages.ts";
import { BAD_MESSAGES, reviews } from "../e2e/stream/reviews.ts";

describe("the AsyncAPI document", async () => {
  const document = parse(await readFile("asyncapi.yaml", "utf8"));
  const { channels, components } = document;

  test("is a valid AsyncAPI 3.0 document", () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    const valid = ajv.compile(specification);
    assert.ok(valid(document), JSON.stringify(valid.errors, null, 1));
    assert.ok(!valid({ ...document, channels: { reviews: { adress: "reviews.file" } } }));
  });

  test("has the subjects that the programs use as addresses", () => {
    const model = { name: "tiny", version: "1.0.0" };
    const pattern = (address: string) => new RegExp(`^${address.replaceAll(/\{\w+\}/g, "[^.]+")}$`);
    assert.match(reviewSubject("file"), pattern(channels.reviews.address));
    assert.match(scoreSubject("results", model, "key"), pattern(channels.results.address));
    assert.match(scoreSubject("errors", model, "key"), pattern(channels.errors.address));
    assert.match(parkedSubject(model, 7), pattern(channels.parked.address));
    const streams = Object.values<{ "x-jetstream": { name: string } }>(channels);
    const names = new Set(streams.map((channel) => channel["x-jetstream"].name));
    assert.deepEqual([...names].sort(), [PARKED, REVIEWS, SCORES].map(({ stream }) => stream).sort());
  });

  test("has a schema of a review that accepts the same messages as the worker", () => {
    const check = new Ajv({ strict: false }).compile(components.messages.Review.payload);
    for (const { id, text } of reviews(20)) {
      const message = JSON.stringify({ version: 1, id, text });
      assert.ok(check(JSON.parse(message)));
      assert.ok("text" in readReview(Buffer.from(message)));
    }
    for (const { code, message } of BAD_MESSAGES) {
      if (code !== "invalid_body") continue;
      const raw = message("id");
      const found = readReview(Buffer.from(raw));
      assert.ok("error" in found && found.error.code === "invalid_body", raw.slice(0, 80));
      try {
        assert.ok(!check(JSON.parse(raw)), raw.slice(0, 80));
      } catch (error) {
        assert.ok(error instanceof SyntaxError, raw.slice(0, 80));
      }
    }
  });

  test("has the error codes of HTTP", () => {
    const codes: string[] = components.messages.Error.payload.properties.error.properties.code.enum;
    for (const code of codes) assert.ok(code in PROBLEMS, code);
  });
});
