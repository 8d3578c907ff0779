import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { SentimentClient, SentimentError } from "@undertone/client";
import { startApp } from "../helpers/app.ts";
import { serveBatches } from "../helpers/batches.ts";

const outcome = (result: Awaited<ReturnType<SentimentClient["scoreMany"]>>[number]) =>
  result.status === "ok" ? result.label : result.error.code;

describe("scoreMany against the real service", async () => {
  const app = await startApp({ after }, { maxBatchItems: 10, maxBodyBytes: 600, maxTextLength: 300 });
  const client = new SentimentClient({ url: await app.listen({ port: 0 }) });

  test("a list longer than a batch has its results in order, with each text's error in its place", async () => {
    const kinds = ["good", "bad", "", "a".repeat(400), "é".repeat(400)];
    const texts = Array.from({ length: 1_003 }, (_, i) => kinds[i % kinds.length]!);
    const results = await client.scoreMany(texts);
    assert.deepEqual(
      results.map((result) => [result.id, outcome(result)]),
      texts.map((_, i) => [
        `${i}`,
        ["positive", "negative", "empty_text", "text_too_long", "body_too_large"][i % 5],
      ]),
    );
  });

  test("field case 28: what is no text in a list is its item's own error, and the others are scored", async () => {
    // The types refuse such a list; a caller in JavaScript is not told.
    const texts = ["good", null, "bad", undefined, 5, {}] as string[];
    const results = await client.scoreMany(texts);
    assert.deepEqual(results.map(outcome), [
      "positive",
      "invalid_item",
      "negative",
      "invalid_item",
      "invalid_item",
      "invalid_item",
    ]);
    assert.deepEqual(
      results.map(({ id }) => id),
      ["0", "1", "2", "3", "4", "5"],
    );
  });

  test("generators are accepted like lists, and ids are kept", async () => {
    async function* items() {
      for (let i = 0; i < 25; i++) yield { id: `r${i}`, text: "good" };
    }
    const ids = (await client.scoreMany(items())).map(({ id }) => id);
    assert.deepEqual(
      ids,
      Array.from({ length: 25 }, (_, i) => `r${i}`),
    );
    assert.deepEqual(await client.scoreMany([]), []);
  });
});

test("batches are as large as both limits allow, and the concurrency is as given", async (t) => {
  const limits = { maxBatchItems: 7, maxBodyBytes: 200 };
  const { url, batches, most } = await serveBatches(t, limits);
  const texts = Array.from({ length: 200 }, (_, i) => (i < 70 ? "é" : "é".repeat(i % 60)));
  const results = await new SentimentClient({ url }).scoreMany(texts, { concurrency: 3 });
  assert.equal(results.length, 200);
  assert.equal(most(), 3);
  assert.ok(batches.every(({ items, bytes }) => items.length <= 7 && bytes <= 200));
  assert.equal(batches.filter(({ items }) => items.length === 7).length >= 8, true);
  const sizes = batches.map(({ items, bytes }) => ({ n: items.length, bytes, first: items[0]! }));
  sizes.sort((a, b) => Number(a.first.id) - Number(b.first.id));
  for (const [i, { n, bytes }] of sizes.slice(0, -1).entries()) {
    const next = Buffer.byteLength(JSON.stringify(sizes[i + 1]!.first)) + 1;
    assert.ok(n === 7 || bytes + next > 200, "the next item would have had no room");
  }
});

test("a batch that fails for good rejects the call and ends the others", async (t) => {
  const { url, cut } = await serveBatches(t, { maxBatchItems: 1, maxBodyBytes: 1000 }, (items, respond) => {
    if (items[0]!.text === "fails") respond(422);
  });
  const call = new SentimentClient({ url }).scoreMany(["waits", "fails", "never sent"]);
  await assert.rejects(call, (error) => error instanceof SentimentError && error.status === 422);
  await cut;
});

test("the caller's signal ends the call and its pending requests with its reason", async (t) => {
  const stop = new AbortController();
  const { url, cut } = await serveBatches(t, { maxBatchItems: 1, maxBodyBytes: 1000 }, () => {
    stop.abort(new Error("enough"));
  });
  await assert.rejects(new SentimentClient({ url }).scoreMany(["a"], { signal: stop.signal }), /enough/);
  await cut;
});
