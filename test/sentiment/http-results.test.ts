import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { pino } from "pino";
import supertest from "supertest";
import { startApp } from "../helpers/app.ts";

describe("results", async () => {
  const app = await startApp({ after });
  const http = supertest(app.server);

  test("one text is scored", async () => {
    const response = await http.post("/sentiment").send({ text: "A great film." }).expect(200);
    const { score, ...rest } = response.body;
    assert.ok(Math.abs(score - 1 / (1 + Math.exp(-1))) < 1e-5);
    assert.deepEqual(rest, {
      label: "positive",
      tokens: { total: 4, scored: 4, known: 4 },
      truncated: false,
      model: { name: "tiny", version: "1.0.0" },
    });
  });

  test("a batch keeps order and ids, and an item without an id gets its index", async () => {
    const items = [{ id: "z", text: "great" }, { text: "bad" }, { id: "z", text: "dull" }, { text: "good" }];
    const { body } = await http.post("/sentiment/batch").send({ items }).expect(200);
    assert.deepEqual(body.model, { name: "tiny", version: "1.0.0" });
    assert.deepEqual(
      body.results.map(({ id, status, label }: Record<string, string>) => [id, status, label]),
      [
        ["z", "ok", "positive"],
        ["1", "ok", "negative"],
        ["z", "ok", "negative"],
        ["3", "ok", "positive"],
      ],
    );
  });

  test("an item's fault is the error of that item, and does not change the other scores", async () => {
    const texts = ["great", "", "zyzzyva", "a".repeat(100_001), "bad"];
    const { body } = await http
      .post("/sentiment/batch")
      .send({ items: texts.map((text) => ({ text })) })
      .expect(200);
    assert.deepEqual(
      body.results.map(({ error }: { error?: { code: string } }) => error?.code),
      [undefined, "empty_text", "no_known_words", "text_too_long", undefined],
    );
    for (const index of [0, 4]) {
      const alone = await http.post("/sentiment").send({ text: texts[index] }).expect(200);
      assert.ok(Math.abs(alone.body.score - body.results[index].score) <= 1e-5);
    }
  });

  test("a batch of refused items only is answered", async () => {
    const { body } = await http
      .post("/sentiment/batch")
      .send({ items: [{ text: "" }] })
      .expect(200);
    assert.equal(body.results[0].status, "error");
  });

  test("Server-Timing and the metrics name the same stages", async () => {
    const response = await http.post("/sentiment").send({ text: "great" });
    assert.match(
      response.headers["server-timing"]!,
      /^encodeMs;dur=[\d.]+, queueMs;dur=[\d.]+, inferMs;dur=[\d.]+$/,
    );
    const { text } = await http
      .get("/metrics")
      .expect(200)
      .expect("content-type", /^text\/plain/);
    for (const stage of ["encodeMs", "queueMs", "inferMs"]) {
      assert.match(text, new RegExp(`sentiment_stage_milliseconds_count\\{stage="${stage}"\\} [1-9]`));
    }
    assert.match(text, /http_requests_total\{method="POST",route="\/sentiment",status="200"\} [1-9]/);
    assert.match(text, /sentiment_texts_total\{outcome="empty_text"\} [1-9]/);
    assert.match(text, /sentiment_queue_tokens 0/);
  });

  test("/model has the model and its execution provider", async () => {
    const { body } = await http.get("/model").expect(200);
    assert.equal(body.name, "tiny");
    assert.deepEqual(body.labels, ["negative", "positive"]);
    assert.equal(body.executionProvider, "cpu");
    assert.equal(body.limits.maximumLength, 256);
    assert.equal(body.limits.maxBatchItems, 1000);
    assert.equal(body.metrics.validation.accuracy, 1);
  });

  test("/livez and /readyz answer", async () => {
    assert.deepEqual((await http.get("/livez").expect(200)).body, { status: "alive" });
    assert.deepEqual((await http.get("/readyz").expect(200)).body, { status: "ready" });
  });

  test("the documentation page loads nothing from another host", async () => {
    const page = await http.get("/docs").redirects(1).expect(200);
    assert.doesNotMatch(page.headers["content-security-policy"] ?? "none", /https:|upgrade-insecure|none$/);
    const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link!);
    assert.ok(links.length > 0);
    for (const link of links) {
      assert.doesNotMatch(link, /^(https?:)?\/\//);
      await http.get(new URL(link, "http://x/docs/").pathname).expect(200);
    }
  });
});

test("the log has lengths and timings, and never a text", async (t) => {
  const lines: string[] = [];
  const app = await startApp(t, {}, pino({ level: "trace" }, { write: (line: string) => lines.push(line) }));
  const http = supertest(app.server);
  await http.post("/sentiment").send({ text: "great secretword" }).expect(200);
  await http
    .post("/sentiment")
    .set("content-type", "application/json")
    .send('{"text": secretword}')
    .expect(400);
  await http.post("/sentiment").send({ text: "secretword" }).expect(422);
  assert.doesNotMatch(lines.join(""), /secretword/);
  const entry = JSON.parse(lines.find((line) => line.includes("encodeMs"))!);
  assert.equal(entry.route, "/sentiment");
  assert.equal(entry.texts, 1);
  for (const stage of ["encodeMs", "queueMs", "inferMs"]) assert.equal(typeof entry[stage], "number");
});
