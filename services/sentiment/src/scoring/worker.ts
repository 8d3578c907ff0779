import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { Padded } from "@undertone/models";
import type { InferenceSession as Session } from "onnxruntime-node";
import type { Opened, Outputs, Provider, WorkerMessage, WorkerSetup } from "./worker-handle.ts";

// The only file of the service that knows onnxruntime. Its telemetry is on unless this is set
// before the import.
process.env.ORT_DISABLE_TELEMETRY = "1";
const { env, InferenceSession, Tensor } = await import("onnxruntime-node");
// Errors are thrown as well; the native log would repeat them on standard error.
env.logLevel = "fatal";

// On Linux this sets the priority of this thread alone: under load the event loop runs first and
// /livez answers.
if (process.platform === "linux") os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

const data = workerData.data as WorkerSetup;
const { provider } = data;

/**
 * `auto` uses CUDA if a session can be created on it. A provider that is set by name is used, or
 * the start fails.
 */
async function openSession(): Promise<Opened & { session: Session }> {
  if (provider === "cpu" || (provider === "auto" && !existsSync(cudaLibrary()))) return onProvider("cpu");
  try {
    if (!existsSync(cudaLibrary())) throw new Error(`no ${cudaLibrary()}`);
    return await onProvider("cuda");
  } catch (error) {
    if (provider === "auto") return onProvider("cpu");
    throw new Error(`EXECUTION_PROVIDER: expected CUDA, found ${(error as Error).message}`);
  }
}

/**
 * The path where onnxruntime looks for CUDA. An attempt without the file prints an error that no
 * option silences.
 */
function cudaLibrary(): string {
  const main = createRequire(import.meta.url).resolve("onnxruntime-node");
  const folder = path.join(main, "../../bin/napi-v6", process.platform, process.arch);
  return path.join(folder, "libonnxruntime_providers_cuda.so");
}

async function onProvider(name: Provider): Promise<Opened & { session: Session }> {
  const session = await InferenceSession.create(new Uint8Array(data.graph!).slice(), {
    executionProviders: [name],
    // One thread per session: the worker pool gives the parallelism.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // The arena keeps the memory of the largest batch, 11 MiB. Without it, long-lived blocks lie
    // between those of batches, so the allocator cannot return memory: 120 MiB more under load.
    enableCpuMemArena: true,
    // It would keep a memory plan for each batch shape, and hardly two batches have the same shape.
    enableMemPattern: false,
    logSeverityLevel: 4,
  });
  return { session, provider: name };
}

const { session, ...opened } = await openSession();
data.graph = undefined; // the session has its own copy

/** ids int32 [batch, time], lengths int32 [batch]. */
async function run({ ids, lengths, batch, time }: Padded): Promise<Outputs> {
  const { logits, stars } = await session.run({
    ids: new Tensor("int32", ids, [batch, time]),
    lengths: new Tensor("int32", lengths, [batch]),
  });
  return { logits: logits!.data as Float32Array, ...(stars && { stars: stars.data as Float32Array }) };
}

async function infer(batch: Padded): Promise<WorkerMessage> {
  const start = performance.now();
  const outputs = await run(batch);
  return { ...outputs, inferMs: performance.now() - start };
}

function send(message: WorkerMessage): void {
  parentPort!.postMessage(message);
}

let latest = Promise.resolve();
parentPort!.on("message", (batch: Padded) => {
  latest = latest.then(() => infer(batch)).then(send, (error: Error) => send({ error: error.message }));
});
send(opened);
