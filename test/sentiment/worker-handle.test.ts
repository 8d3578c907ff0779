import assert from "node:assert/strict";
import { test } from "node:test";
import { pad, readArtifact } from "@undertone/models";
import { WorkerHandle } from "../../services/sentiment/src/scoring/worker-handle.ts";
import { DYING_WORKER, SLOW_WORKER } from "../helpers/app.ts";
import { TINY_MODEL } from "../helpers/model.ts";
import { wordId } from "../helpers/weights.ts";

test("a failure rejects every batch of the worker, and it accepts no other", async (t) => {
  const { encoder, graphBytes: graph } = await readArtifact(TINY_MODEL);
  const batch = () => pad([encoder.encode("great").ids]);
  const worker = await WorkerHandle.start(`${DYING_WORKER}?fault=hang`, { graph, provider: "cpu" });
  t.after(() => worker.stop());
  const poison = worker.run(pad([Int32Array.of(wordId("constructor"))]), 100);
  const neighbour = worker.run(batch(), 10_000);
  await assert.rejects(poison, /no answer within 100 ms/);
  await assert.rejects(neighbour, /no answer within 100 ms/);
  assert.equal(worker.alive, false);
  await assert.rejects(worker.run(batch(), 10_000), /the worker thread is dead/);
});

test("the time of a batch runs from the end of the batch before it", async (t) => {
  const { encoder, graphBytes: graph } = await readArtifact(TINY_MODEL);
  const batch = () => pad([encoder.encode("great").ids]);
  const worker = await WorkerHandle.start(SLOW_WORKER, { graph, provider: "cpu" }); // 40 ms per batch
  t.after(() => worker.stop());
  const limitMs = 400;
  await Promise.all(Array.from({ length: 20 }, () => worker.run(batch(), limitMs)));
  assert.equal(worker.alive, true);
});
