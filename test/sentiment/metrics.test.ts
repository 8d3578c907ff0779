import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import supertest from "supertest";
import { DYING_WORKER, SLOW_WORKER, startApp } from "../helpers/app.ts";
import { LONG_TEXT } from "../helpers/model.ts";

/** The values of /metrics, by name and labels as Prometheus reads them. */
async function startCounted(t: TestContext, overrides: Parameters<typeof startApp>[1]) {
  const app = await startApp(t, overrides);
  const http = supertest(await app.listen({ port: 0 }));
  const value = async (series: string) => {
    const { text } = await http.get("/metrics").expect(200);
    const line = text.split("\n").find((entry: string) => entry.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  return { http, value };
}
const batch = (texts: string[]) => ({ items: texts.map((text) => ({ text })) });

test("texts are counted by their outcomes, tokens when they are scored", async (t) => {
  const { http, value } = await startCounted(t, { workers: 1 });
  await http.post("/sentiment").send({ text: "A great film." }).expect(200);
  await http
    .post("/sentiment/batch")
    .send(batch(["good", "", "bad film", "zyzzyva", ""]))
    .expect(200);
  await http.post("/sentiment").send({ text: "" }).expect(422);
  assert.equal(await value('sentiment_texts_total{outcome="ok"}'), 3);
  assert.equal(await value('sentiment_texts_total{outcome="empty_text"}'), 3);
  assert.equal(await value('sentiment_texts_total{outcome="no_known_words"}'), 1);
  assert.equal(await value("sentiment_tokens_total"), 4 + 1 + 2);
});

test("requests are counted by route and status, and stages once per request", async (t) => {
  const { http, value } = await startCounted(t, { workers: 1 });
  for (const text of ["good", "bad", ""]) await http.post("/sentiment").send({ text });
  await http
    .post("/sentiment/batch")
    .send(batch(["good", "bad", "dull"]))
    .expect(200);
  await http.post("/sentiment/12345").send({}).expect(404);
  const requests = (route: string, status: number) =>
    value(`http_requests_total{method="POST",route="${route}",status="${status}"}`);
  assert.equal(await requests("/sentiment", 200), 2);
  assert.equal(await requests("/sentiment", 422), 1);
  assert.equal(await requests("/sentiment/batch", 200), 1);
  // Not by its path: a label per unknown path would let clients make any number of time series.
  assert.equal(await requests("none", 404), 1);
  for (const stage of ["encodeMs", "queueMs", "inferMs"]) {
    assert.equal(await value(`sentiment_stage_milliseconds_count{stage="${stage}"}`), 4);
  }
});

test("stages are measured in milliseconds, and the worker measures its own", async (t) => {
  const { http, value } = await startCounted(t, { workers: 1, program: SLOW_WORKER });
  const { headers } = await http.post("/sentiment").send({ text: "good" }).expect(200);
  assert.match(headers["server-timing"]!, /inferMs;dur=40\.000$/);
  assert.equal(await value('sentiment_stage_milliseconds_sum{stage="inferMs"}'), 40);
});

test("batches are measured by their rows and by their share of the token budget", async (t) => {
  const { http, value } = await startCounted(t, { workers: 1 });
  const texts = Array.from({ length: 12 }, () => LONG_TEXT); // 256 tokens each, 8 of them fill 2,048
  await http.post("/sentiment/batch").send(batch(texts)).expect(200);
  assert.equal(await value("sentiment_batch_rows_count"), 2);
  assert.equal(await value("sentiment_batch_rows_sum"), 12);
  assert.equal(await value('sentiment_batch_rows_bucket{le="4"}'), 1);
  assert.equal(await value("sentiment_batch_fill_ratio_sum"), 1.5);
  assert.equal(await value('sentiment_batch_fill_ratio_bucket{le="0.9"}'), 1);
});

test("the metric has the tokens in the queue, and a refused text counts if its body was read", async (t) => {
  const { http, value } = await startCounted(t, { workers: 1, program: SLOW_WORKER, maxQueueTokens: 4096 });
  const texts = Array.from({ length: 160 }, () => LONG_TEXT); // 20 batches of 40 ms
  const held = http.post("/sentiment/batch").send(batch(texts)).then();
  while ((await value("sentiment_batch_rows_count")) === 0) await http.get("/livez");
  const waiting = (await value("sentiment_queue_tokens"))!;
  assert.ok(waiting >= 4096 && waiting < 20 * 2048 && waiting % 2048 === 0, `${waiting} tokens`);
  await http.post("/sentiment").send({ text: "good" }).expect(503);
  assert.equal(await value('sentiment_texts_total{outcome="overloaded"}'), 1);
  await http
    .post("/sentiment/batch")
    .send(batch(["good", "bad"]))
    .expect(503);
  assert.equal(await value('sentiment_texts_total{outcome="overloaded"}'), 1);
  await held;
  assert.equal(await value("sentiment_queue_tokens"), 0);
});

test("a worker that was replaced is counted, and the model is named", async (t) => {
  const { http, value } = await startCounted(t, { workers: 1, program: DYING_WORKER });
  await http.post("/sentiment").send({ text: "constructor" });
  await http.post("/sentiment").send({ text: "great" }).expect(200);
  assert.equal(await value("sentiment_worker_restarts_total"), 2);
  const labels = 'name="tiny",version="1.0.0",provider="cpu"';
  assert.equal(await value(`sentiment_model_info{${labels}}`), 1);
});
