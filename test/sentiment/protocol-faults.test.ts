import assert from "node:assert/strict";
import { test } from "node:test";
import supertest from "supertest";
import { Refusal, type RefusalCode } from "../../services/sentiment/src/scoring/refusal.ts";
import { startAppOver, startScorer } from "../helpers/app.ts";

/**
 * The engine's state, and the answer of each protocol: status and type of
 * text-embeddings-inference, status of Open Inference.
 */
const FAULTS: [RefusalCode, number, string, number][] = [
  ["overloaded", 429, "Overloaded", 503],
  ["draining", 503, "Unhealthy", 503],
  ["deadline_exceeded", 424, "Backend", 504],
];
const INFER = { inputs: [{ name: "text", datatype: "BYTES", shape: [1], data: ["great"] }] };

for (const [code, status, type, inferStatus] of FAULTS) {
  test(`${code}: each protocol answers in its own form`, async (t) => {
    const { config, scorer } = await startScorer(t, { workers: 1 });
    t.mock.method(scorer, "score", () => Promise.reject(new Refusal(code, "what the client is told")));
    const { app } = await startAppOver(t, { config, scorer });
    for (const route of ["/predict", "/"]) {
      const { status: found, body } = await supertest(app.server).post(route).send({ inputs: "great" });
      assert.deepEqual(
        [found, body],
        [status, { error: "what the client is told", error_type: type }],
        route,
      );
    }
    const { name } = scorer.artifact.manifest;
    const infer = await supertest(app.server).post(`/v2/models/${name}/infer`).send(INFER);
    assert.deepEqual([infer.status, infer.body], [inferStatus, { error: "what the client is told" }]);
    if (code === "overloaded") return; // A stream waits instead: see stream.test.ts.
    const stream = await supertest(app.server)
      .post("/sentiment/stream")
      .set("content-type", "application/x-ndjson")
      .buffer(true)
      .parse((res, done) => {
        let text = "";
        res.on("data", (chunk) => {
          text += chunk;
        });
        res.on("end", () => done(null, text));
      })
      .send('{"text":"great"}\n');
    const { summary } = JSON.parse(String(stream.body).trimEnd().split("\n").at(-1)!);
    assert.deepEqual(
      [stream.status, summary.complete, summary.error],
      [200, false, { code, detail: "what the client is told" }],
    );
  });
}

test("an internal error does not show its cause", async (t) => {
  const { config, scorer } = await startScorer(t, { workers: 1 });
  t.mock.method(scorer, "score", () => Promise.reject(new Error("secret cause")));
  const { app } = await startAppOver(t, { config, scorer });
  const { name } = scorer.artifact.manifest;
  const answers = [
    await supertest(app.server).post("/predict").send({ inputs: "great" }),
    await supertest(app.server).post(`/v2/models/${name}/infer`).send(INFER),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [424, 500],
  );
  for (const { text } of answers) assert.doesNotMatch(text, /secret/);
});
