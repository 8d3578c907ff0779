import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { type Artifact, type Padded, pad, readArtifact } from "@undertone/models";
import { WorkerHandle } from "../../services/sentiment/src/scoring/worker-handle.ts";
import { DYING_WORKER } from "../helpers/app.ts";
import { TINY_MODEL } from "../helpers/model.ts";
import { wordId } from "../helpers/weights.ts";

const WORKER = new URL("../../services/sentiment/src/scoring/worker.ts", import.meta.url).href;
const LIMIT_MS = 10_000;

const rows = ({ encoder }: Artifact, ...texts: string[]): Padded =>
  pad(texts.map((text) => encoder.encode(text).ids));

async function open(
  t: TestContext,
  { graphBytes: graphs }: Artifact,
  program = WORKER,
): Promise<WorkerHandle> {
  const thread = await WorkerHandle.start(program, { graphs, provider: "cpu" });
  t.after(() => thread.stop());
  return thread;
}

test("the next batch can be given before the last row is done, and each gets its own answer", async (t) => {
  const model = await readArtifact("models/imdb-bilstm");
  const batch = (...texts: string[]) => rows(model, ...texts);
  const thread = await open(t, model);
  assert.equal(thread.opened.precision, "int8"); // whose rows are inferred one by one
  const long = "great ".repeat(300);
  const alone = await thread.run(batch("a bad film"), LIMIT_MS).inferred;
  const seen: string[] = [];
  const first = thread.run(batch(long, long, long), LIMIT_MS);
  const scored = first.inferred.then((inferred) => {
    seen.push("inferred");
    return inferred;
  });
  await first.nearlyDone;
  seen.push("nearly done");
  const second = thread.run(batch("a bad film"), LIMIT_MS);
  assert.equal((await scored).logits.length, 6);
  assert.deepEqual((await second.inferred).logits, alone.logits);
  assert.deepEqual(seen, ["nearly done", "inferred"]);
});

test("a failure is that of every batch the thread holds", async (t) => {
  const tiny = await readArtifact(TINY_MODEL);
  const batch = (text: string) => rows(tiny, text);
  const thread = await open(t, tiny, `${DYING_WORKER}?fault=hang`);
  const culprit = thread.run(pad([Int32Array.of(wordId("constructor"))]), 100);
  const neighbour = thread.run(batch("great"), LIMIT_MS);
  await assert.rejects(culprit.inferred, /no answer within 100 ms/);
  await assert.rejects(neighbour.inferred, /no answer within 100 ms/);
  await Promise.all([culprit.nearlyDone, neighbour.nearlyDone]);
  assert.equal(thread.alive, false);
  await assert.rejects(thread.run(batch("great"), LIMIT_MS).inferred, /the worker thread is dead/);
});
