import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { SentimentClient, SentimentError } from "@undertone/client";
import { startApp } from "../helpers/app.ts";
import { json, scripted } from "../helpers/http.ts";

const problem = (code: string, status: number) => ({ type: "", title: "", status, detail: "later", code });
const answer = { model: { name: "tiny", version: "1.0.0" }, results: [] };
const items = [{ text: "great" }];
const code = (expected: string) => (error: unknown) =>
  error instanceof SentimentError && error.code === expected;

describe("the client against the real service", async () => {
  const app = await startApp({ after }, { maxTextLength: 1000 });
  const client = new SentimentClient({ url: await app.listen({ port: 0 }) });

  test("one text comes back scored", async () => {
    const { label, model, tokens } = await client.score("A great film.");
    assert.deepEqual(
      { label, model, known: tokens.known },
      {
        label: "positive",
        model: { name: "tiny", version: "1.0.0" },
        known: 4,
      },
    );
  });

  test("a batch has its results in order, with an item's error in its place", async () => {
    const { results } = await client.scoreBatch([{ id: "a", text: "bad" }, { text: "" }, { text: "good" }]);
    assert.deepEqual(
      results.map((result) => (result.status === "ok" ? result.label : result.error.code)),
      ["negative", "empty_text", "positive"],
    );
  });

  test("model() returns the model", async () => {
    assert.equal((await client.model()).name, "tiny");
  });

  test("a refused text rejects with the service's own code and status", async () => {
    await assert.rejects(client.score("zyzzyva"), (error) => {
      assert.ok(error instanceof SentimentError);
      assert.equal(error.code, "no_known_words");
      assert.equal(error.status, 422);
      return true;
    });
  });
});

for (const status of [429, 503]) {
  test(`after ${status} the same request is sent again after Retry-After`, async (t) => {
    const later = json(status, problem("overloaded", status), { "retry-after": "1" });
    const { url, seen } = await scripted(t, later, json(200, answer));
    const start = performance.now();
    assert.deepEqual(await new SentimentClient({ url }).scoreBatch(items), answer);
    assert.ok(performance.now() - start >= 990);
    assert.deepEqual(seen, [JSON.stringify({ items }), JSON.stringify({ items })]);
  });
}

test("a request is sent again after its connection breaks", async (t) => {
  const { url, seen } = await scripted(t, (response) => response.destroy(), json(200, answer));
  assert.deepEqual(await new SentimentClient({ url }).scoreBatch(items), answer);
  assert.equal(seen.length, 2);
});

test("retries outlast an absence, even if the random part of every pause is zero", async (t) => {
  t.mock.method(Math, "random", () => 0);
  const broken: Parameters<typeof scripted>[1] = (response) => response.destroy();
  const { url } = await scripted(t, broken, broken, broken, json(200, answer));
  const start = performance.now();
  assert.deepEqual(await new SentimentClient({ url }).scoreBatch(items), answer);
  const least = (300 + 600 + 1_200) / 2;
  assert.ok(performance.now() - start >= least - 10);
});

test("retries are limited, and the last refusal is the error", async (t) => {
  const { url, seen } = await scripted(t, json(503, problem("draining", 503), { "retry-after": "0" }));
  await assert.rejects(new SentimentClient({ url, retries: 2 }).scoreBatch(items), code("draining"));
  assert.equal(seen.length, 3);
});

test("a permanent refusal is not retried", async (t) => {
  const { url, seen } = await scripted(t, json(413, problem("body_too_large", 413)));
  await assert.rejects(new SentimentClient({ url }).scoreBatch(items), code("body_too_large"));
  assert.equal(seen.length, 1);
});

test("the deadline covers all retries and pauses", async (t) => {
  const busy = await scripted(t, json(503, problem("overloaded", 503), { "retry-after": "30" }));
  const silent = await scripted(t, () => {});
  for (const { url } of [busy, silent]) {
    const start = performance.now();
    const client = new SentimentClient({ url, timeoutMs: 150 });
    await assert.rejects(client.scoreBatch(items), code("deadline_exceeded"));
    assert.ok(performance.now() - start < 5000);
  }
});

test("a refused connection is unreachable", async () => {
  const client = new SentimentClient({ url: "http://127.0.0.1:1", retries: 0 });
  await assert.rejects(client.score("great"), code("unreachable"));
});

test("an answer that is not a problem document is unexpected_answer", async (t) => {
  const { url } = await scripted(t, (response) => response.writeHead(404).end("<html>"));
  await assert.rejects(new SentimentClient({ url }).score("great"), code("unexpected_answer"));
});

test("the caller's own signal ends a call with its own reason", async (t) => {
  const { url } = await scripted(t, () => {});
  const stop = new AbortController();
  const call = new SentimentClient({ url }).score("great", stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(call, /enough/);
});
