import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";
import { readArtifact } from "@undertone/models";
import type { Refusal } from "../../services/sentiment/src/scoring/refusal.ts";
import type { Score } from "../../services/sentiment/src/scoring/score.ts";
import { Scorer } from "../../services/sentiment/src/scoring/scorer.ts";
import { DYING_WORKER, SLOW_WORKER, startScorer } from "../helpers/app.ts";
import { LONG_TEXT, modelCopy, modelWithOtherScore } from "../helpers/model.ts";

/** Padding and the other texts of a batch may change a score by at most this much. */
const BATCH_TOLERANCE = 1e-5;
const scoreOf = (outcome: Score | Refusal | undefined) => (outcome as Score).score;
const codeOf = (outcome: Score | Refusal | undefined) => (outcome as Refusal).code ?? "ok";

test("the same text scores the same alone and in a batch", async (t) => {
  const { scorer } = await startScorer(t);
  const texts = Array.from(
    { length: 60 },
    (_, i) => `${"the film was not good and bad great ".repeat(1 + (i % 30))}dull`,
  );
  const together = (await scorer.score(texts)).outcomes;
  for (const [index, text] of texts.entries()) {
    const alone = (await scorer.score([text])).outcomes[0];
    assert.ok(Math.abs(scoreOf(alone) - scoreOf(together[index])) <= BATCH_TOLERANCE);
  }
});

test("a score has the numbers of total, scored and known tokens", async (t) => {
  const { scorer } = await startScorer(t);
  const [short, long] = (await scorer.score(["a great zebra", LONG_TEXT])).outcomes as Score[];
  assert.deepEqual(short!.tokens, { total: 3, scored: 3, known: 2 });
  assert.equal(short!.label, "positive");
  assert.equal(short!.truncated, false);
  assert.deepEqual(long!.tokens, { total: 300, scored: 256, known: 256 });
  assert.equal(long!.truncated, true);
});

test("the names of inherited properties are words like any other", async (t) => {
  const { scorer } = await startScorer(t);
  const { outcomes } = await scorer.score(["toString valueOf __proto__", "constructor"]);
  assert.deepEqual(outcomes.map(codeOf), ["no_known_words", "ok"]);
});

test("a model that gives its golden texts other scores is refused", async (t) => {
  const modelDir = await modelWithOtherScore();
  await assert.rejects(
    startScorer(t, { modelDir }),
    /golden\.json: text 0 expected a score of .* found 0\.73/,
  );
});

test("a text that kills its worker is refused after one retry, and other texts are scored", async (t) => {
  const { scorer } = await startScorer(t, { program: DYING_WORKER, workers: 1 });
  const { outcomes } = await scorer.score(["great film", "constructor film", "bad film"]);
  assert.deepEqual(outcomes.map(codeOf), ["ok", "unscorable_text", "ok"]);
  assert.equal(codeOf((await scorer.score(["good"])).outcomes[0]), "ok");
});

test("the texts of a worker that died are scored by a new one", async (t) => {
  const { scorer } = await startScorer(t, { program: DYING_WORKER, workers: 1 });
  const { outcomes } = await scorer.score(["fine film", "great film"]);
  assert.deepEqual(outcomes.map(codeOf), ["ok", "ok"]);
  assert.ok(Math.abs(scoreOf(outcomes[0]) - 1 / (1 + Math.exp(-1))) <= BATCH_TOLERANCE);
});

test("the request of a disconnected client is dropped", async (t) => {
  const { scorer } = await startScorer(t);
  const { outcomes } = await scorer.score(["great"], AbortSignal.abort());
  assert.equal(codeOf(outcomes[0]), "deadline_exceeded");
});

test("the stage timings have their names", async (t) => {
  const { scorer } = await startScorer(t);
  const { timings } = await scorer.score(["great"]);
  assert.deepEqual(Object.keys(timings), ["encodeMs", "queueMs", "inferMs"]);
  for (const ms of Object.values(timings)) assert.ok(ms >= 0 && ms < 5000);
});

test("a worker reads no file of the model, so changes on disk do not affect it", async (t) => {
  const { config } = await startScorer(t, { workers: 1 });
  const dir = await modelCopy(async () => {});
  const artifact = await readArtifact(dir);
  await rm(dir, { recursive: true });
  const scorer = await Scorer.start(artifact, { ...config, workers: 1, provider: "cpu" });
  t.after(() => scorer.close());
  assert.equal(codeOf((await scorer.score(["good"])).outcomes[0]), "ok");
});

test("a request for which the queue has no room is not encoded", async (t) => {
  const { scorer } = await startScorer(t, {
    program: SLOW_WORKER,
    workers: 1,
    maxQueueTokens: 1000,
    batchTokens: 256,
  });
  const texts = Array.from({ length: 100 }, () => LONG_TEXT);
  const held = scorer.score(texts); // An empty queue accepts one request of any size.
  while (scorer.queuedTokens === 0) await nextTurn();
  const encode = t.mock.method(scorer.artifact.encoder, "encode");
  await assert.rejects(scorer.score(texts), { code: "overloaded" });
  assert.equal(encode.mock.callCount(), 0);
  await held;
});
