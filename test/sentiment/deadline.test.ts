import assert from "node:assert/strict";
import http from "node:http";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import supertest from "supertest";
import { SLOW_WORKER, startAppOver, startScorer } from "../helpers/app.ts";
import { LONG_TEXT } from "../helpers/model.ts";
import { assertProblem } from "../helpers/problem.ts";
import { item, measured, queue } from "../helpers/queue.ts";

const items = (count: number) => ({ items: Array.from({ length: count }, () => ({ text: LONG_TEXT })) });
const BATCH_ROWS = 8; // 2,048 tokens a batch, 256 tokens a text

/** One slow worker. The test counts the texts that reach it. */
async function startSlow(t: TestContext) {
  const { app, scorer } = await startAppOver(t, await startScorer(t, { program: SLOW_WORKER, workers: 1 }));
  const url = await app.listen({ port: 0 });
  const counted = { rows: 0 };
  scorer.events.on("batch", ({ rows }) => {
    counted.rows += rows;
  });
  const working = async (rows: number) => {
    while (counted.rows < rows) await sleep(1);
  };
  const idle = async () => {
    while (scorer.queuedTokens > 0) await sleep(1);
  };
  return { app, url, scorer, counted, working, idle };
}

test("the queued work of a client that disconnects is dropped", async (t) => {
  const { url, counted, working, idle } = await startSlow(t);
  const request = http.request(`${url}/sentiment/batch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
  });
  request.on("error", () => {});
  request.end(JSON.stringify(items(400)));
  await working(1);
  request.destroy();
  await idle();
  // A worker's batches cannot be cancelled. Under load a few more batches run before the disconnection is
  // noticed.
  assert.ok(counted.rows < 200, `${counted.rows} of 400 rows were scored for nobody`);
  t.diagnostic(`${400 - counted.rows} of 400 rows saved`);
});

test("work whose deadline passes in the queue is answered with 504 and dropped", async (t) => {
  const { app, counted, idle } = await startSlow(t);
  const response = await supertest(app.server)
    .post("/sentiment/batch")
    .set("x-request-timeout-ms", "300")
    .send(items(400));
  assertProblem(response, "deadline_exceeded");
  await idle();
  assert.ok(counted.rows < 200, `${counted.rows} of 400 rows were scored for nobody`);
});

test("work that cannot meet its deadline is refused at once, and no worker gets it", async (t) => {
  const { app, counted, working } = await startSlow(t);
  const http = supertest(app.server);
  const held = http.post("/sentiment/batch").send(items(160)).then(); // 20 batches of 40 ms
  await working(3 * BATCH_ROWS); // The throughput of one batch was measured, and the worker has two.
  const refused = await http.post("/sentiment/batch").set("x-request-timeout-ms", "400").send(items(161));
  assertProblem(refused, "overloaded");
  assert.match(refused.body.detail, /cannot finish this request before its deadline/);
  const single = await http.post("/sentiment").set("x-request-timeout-ms", "15000").send({ text: "great" });
  assert.equal(single.status, 200);
  assert.equal((await held).status, 200);
  assert.equal(counted.rows, 161);
});

test("a client's deadline cannot exceed REQUEST_TIMEOUT_MS", async (t) => {
  const scorer = await startScorer(t, { program: SLOW_WORKER, workers: 1, requestTimeoutMs: 100 });
  const { app } = await startAppOver(t, scorer);
  const response = await supertest(app.server)
    .post("/sentiment/batch")
    .set("x-request-timeout-ms", "600000")
    .send(items(400));
  assertProblem(response, "deadline_exceeded");
});

test("aborted work leaves the queue at once", async () => {
  const gone = new AbortController();
  const q = queue();
  const dropped = item(10, gone.signal);
  q.add([dropped], gone.signal);
  q.add([item(11)]);
  gone.abort();
  assert.equal(q.tokens, 11);
  assert.equal(((await dropped.inference) as { code?: string }).code, "deadline_exceeded");
});

test("the estimate for a small request counts the work before it, and for a large one the whole queue", () => {
  const q = queue(100, 100_000, measured(100));
  q.add(Array.from({ length: 100 }, () => item(100))); // work for 100 s
  const inSeconds = (seconds: number) => performance.now() + seconds * 1000;
  q.add([item(100)], undefined, inSeconds(3)); // at most one batch of the oldest request, and its own text
  assert.throws(() => q.add([item(100)], undefined, inSeconds(1)), /before its deadline/);
  assert.throws(() => q.add([item(150), item(10_000)], undefined, inSeconds(60)), /before its deadline/);
  q.add([item(150), item(10_000)], undefined, inSeconds(250));
});

test("an idle service accepts work whatever its estimate is", () => {
  const q = queue(100, 1000, measured(1));
  q.add([item(500)], undefined, performance.now() + 1);
  assert.equal(q.tokens, 500);
});
