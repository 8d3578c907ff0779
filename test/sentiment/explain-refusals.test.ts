import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readArtifact } from "@undertone/models";
import { pino } from "pino";
import supertest from "supertest";
import { explain } from "../../services/sentiment/src/scoring/explain.ts";
import { Refusal } from "../../services/sentiment/src/scoring/refusal.ts";
import { DYING_WORKER, SLOW_WORKER, startApp, startAppOver, startScorer } from "../helpers/app.ts";
import { LONG_TEXT, TINY_MODEL } from "../helpers/model.ts";
import { assertProblem, type Code } from "../helpers/problem.ts";
import { queue } from "../helpers/queue.ts";

const ROUTE = "/sentiment/explain";

describe("refusals of an explanation", async () => {
  const app = await startApp({ after }, { maxBodyBytes: 50_000, maxTextLength: 1000, workers: 1 });
  const post = () => supertest(app.server).post(ROUTE).set("content-type", "application/json");

  const bad: [string, string, Code][] = [
    ["not JSON", "great", "invalid_body"],
    ["no text", "{}", "invalid_body"],
    ["an unknown field", '{"text":"great","limit":3}', "invalid_body"],
    ["a body over the limit", JSON.stringify({ text: "a".repeat(60_000) }), "body_too_large"],
    ["an empty text", '{"text":" \\n"}', "empty_text"],
    ["markup alone", '{"text":"<br />"}', "empty_text"],
    ["unknown words", '{"text":"zyzzyva quux"}', "no_known_words"],
    ["a text over the limit", JSON.stringify({ text: "great ".repeat(200) }), "text_too_long"],
  ];
  for (const [what, body, code] of bad) {
    test(`${what} is refused as ${code}`, async () => assertProblem(await post().send(body), code));
  }

  test("a deadline that is not a number is refused as invalid_header", async () => {
    assertProblem(await post().set("x-request-timeout-ms", "soon").send({ text: "great" }), "invalid_header");
  });

  test("another media type is refused", async () => {
    const response = await supertest(app.server).post(ROUTE).set("content-type", "text/plain").send("great");
    assertProblem(response, "unsupported_media_type");
  });
});

for (const code of ["draining", "overloaded"] as const) {
  test(`the engine's refusal ${code} is the route's answer`, async (t) => {
    const { config, scorer } = await startScorer(t, { workers: 1 });
    if (code === "draining") scorer.refuse();
    else t.mock.method(scorer, "explain", () => Promise.reject(new Refusal(code, "full", 3)));
    const { app } = await startAppOver(t, { config, scorer });
    assertProblem(await supertest(app.server).post(ROUTE).send({ text: "great" }), code);
  });
}

test("an internal error does not show its cause", async (t) => {
  const { config, scorer } = await startScorer(t, { workers: 1 });
  t.mock.method(scorer, "explain", () => Promise.reject(new Error("secret cause")));
  const { app } = await startAppOver(t, { config, scorer });
  const response = await supertest(app.server).post(ROUTE).send({ text: "great" });
  assertProblem(response, "internal");
  assert.doesNotMatch(response.text, /secret/);
});

test("keys and rates apply", async (t) => {
  const key = "first-key-of-24-letters-";
  const app = await startApp(t, { apiKeys: key, rateLimitPerMinute: 1, workers: 1 });
  const post = () => supertest(app.server).post(ROUTE).send({ text: "great" });
  assertProblem(await post(), "unauthorized");
  await post().set("x-api-key", key).expect(200);
  assertProblem(await post().set("x-api-key", key), "rate_limited");
});

test("a text that kills its workers kills no more of them than with POST /sentiment", async (t) => {
  const { app, scorer } = await startAppOver(t, await startScorer(t, { program: DYING_WORKER, workers: 1 }));
  let restarts = 0;
  scorer.events.on("restart", () => restarts++);
  const response = await supertest(app.server).post(ROUTE).send({ text: "constructor good film" });
  assertProblem(response, "unscorable_text");
  assert.ok(restarts <= 2, `${restarts} restarts`);
  assert.equal(scorer.queuedTokens, 0);
});

test("the passes are a bulk request: single texts overtake them, and they fill the queue", async (t) => {
  const { app, scorer } = await startAppOver(t, await startScorer(t, { program: SLOW_WORKER, workers: 1 }));
  const url = await app.listen({ port: 0 });
  let explained = false;
  const explaining = supertest(url)
    .post(ROUTE)
    .send({ text: LONG_TEXT })
    .then((response) => {
      explained = true;
      return response;
    });
  while (scorer.queuedTokens < 2_048) await sleep(1);
  await supertest(url).post("/sentiment").send({ text: "great" }).expect(200);
  assert.equal(explained, false);
  assert.equal((await explaining).status, 200);
});

test("an explanation whose deadline passes is answered with 504 and leaves the queue", async (t) => {
  const { app, scorer } = await startAppOver(t, await startScorer(t, { program: SLOW_WORKER, workers: 1 }));
  const response = await supertest(app.server)
    .post(ROUTE)
    .set("x-request-timeout-ms", "150")
    .send({ text: LONG_TEXT });
  assertProblem(response, "deadline_exceeded");
  while (scorer.queuedTokens > 0) await sleep(1);
});

test("an explanation is refused if the queue is full, and an idle service accepts any", async (t) => {
  const slow = await startScorer(t, { program: SLOW_WORKER, workers: 1, maxQueueTokens: 1 });
  const { app, scorer } = await startAppOver(t, slow);
  const url = await app.listen({ port: 0 });
  const held = supertest(url).post(ROUTE).send({ text: LONG_TEXT }).then();
  while (scorer.queuedTokens < 2_048) await sleep(1);
  assertProblem(await supertest(url).post(ROUTE).send({ text: "great" }), "overloaded");
  assert.equal((await held).status, 200);
});

test("if one part cannot be scored, the explanation is refused and its queued parts are dropped", async () => {
  const q = queue(4, 1000);
  const { encoder } = await readArtifact(TINY_MODEL);
  const parts = { encoder, queue: q, maxTextLength: 1000, unscorable: "warn" } as const;
  const explaining = explain("a great good film", parts, undefined, {});
  const [whole] = q.take();
  whole!.settle({ logits: [0, 1], queueMs: 0, inferMs: 0 });
  await q.arrival();
  const waiting = q.tokens;
  const [part] = q.take();
  part!.settle(new Refusal("unscorable_text", "tried twice"));
  await assert.rejects(explaining, (error) => error instanceof Refusal && error.code === "unscorable_text");
  assert.ok(waiting > 4);
  assert.equal(q.tokens, 0);
});

test("the log has the passes and the timings but never a text", async (t) => {
  const lines: string[] = [];
  const app = await startApp(t, {}, pino({ level: "trace" }, { write: (line: string) => lines.push(line) }));
  await supertest(app.server).post(ROUTE).send({ text: "great secretword" }).expect(200);
  assert.doesNotMatch(lines.join(""), /secretword/);
  const entry = JSON.parse(lines.find((line) => line.includes("encodeMs"))!);
  assert.deepEqual([entry.route, entry.texts, entry.passes], [ROUTE, 1, 5]);
});
