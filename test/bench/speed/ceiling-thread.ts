import os from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import type { Padded } from "@undertone/models";

process.env.ORT_DISABLE_TELEMETRY = "1";
const { InferenceSession, Tensor } = await import("onnxruntime-node");
// The service's workers lower their priority too. Otherwise the ratio would compare priorities.
if (process.platform === "linux") os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

export interface CeilingData {
  graph: SharedArrayBuffer;
  batches: Padded[];
  next: SharedArrayBuffer; // int32 [1]: the batch that is taken next, by whichever thread is free
}

const { graph, batches, next } = workerData.data as CeilingData;
const cursor = new Int32Array(next);
const session = await InferenceSession.create(new Uint8Array(graph).slice(), {
  executionProviders: ["cpu"],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
  enableCpuMemArena: true,
});

/** Runs batches until none is left. Returns [index, milliseconds] of each batch of this thread. */
async function round(): Promise<[number, number][]> {
  const taken: [number, number][] = [];
  for (;;) {
    const index = Atomics.add(cursor, 0, 1);
    const padded = batches[index];
    if (padded === undefined) return taken;
    const start = performance.now();
    await session.run({
      ids: new Tensor("int32", padded.ids, [padded.batch, padded.time]),
      lengths: new Tensor("int32", padded.lengths, [padded.batch]),
    });
    taken.push([index, performance.now() - start]);
  }
}

parentPort!.on("message", async () => parentPort!.postMessage(await round()));
parentPort!.postMessage("open");
