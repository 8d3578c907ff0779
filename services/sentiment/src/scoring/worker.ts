import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { Padded } from "@undertone/models";
import type { InferenceSession as Session } from "onnxruntime-node";
import type { Opened, Outputs, Precision, Provider, WorkerMessage, WorkerSetup } from "./worker-handle.ts";

// The only file of the service that knows onnxruntime. Its telemetry is on unless this is set before the import.
process.env.ORT_DISABLE_TELEMETRY = "1";
const { env, InferenceSession, Tensor } = await import("onnxruntime-node");
// Errors are thrown as well; the native log would repeat them on standard error.
env.logLevel = "fatal";

// On Linux this sets the priority of this thread alone: under load the event loop runs first and /livez answers.
if (process.platform === "linux") os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

const data = workerData.data as WorkerSetup;
const { provider } = data;

/** `auto` uses CUDA if a session can be created on it. A provider that is set by name is used, or the start fails. */
async function openSession(): Promise<Opened & { session: Session }> {
  if (provider === "cpu" || (provider === "auto" && !existsSync(cudaLibrary()))) return onCpu();
  try {
    if (!existsSync(cudaLibrary())) throw new Error(`no ${cudaLibrary()}`);
    const session = await createSession("cuda", data.graphs.float32!, "float32");
    return { session, provider: "cuda", precision: "float32" };
  } catch (error) {
    if (provider === "auto") return onCpu();
    throw new Error(`EXECUTION_PROVIDER: expected CUDA, found ${(error as Error).message}`);
  }
}

async function onCpu(): Promise<Opened & { session: Session }> {
  const { float32, int8 } = data.graphs;
  const precision = int8 ? "int8" : "float32";
  return { session: await createSession("cpu", (int8 ?? float32)!, precision), provider: "cpu", precision };
}

/** The path where onnxruntime looks for CUDA. An attempt without the file prints an error that no option silences. */
function cudaLibrary(): string {
  const main = createRequire(import.meta.url).resolve("onnxruntime-node");
  const folder = path.join(main, "../../bin/napi-v6", process.platform, process.arch);
  return path.join(folder, "libonnxruntime_providers_cuda.so");
}

function createSession(name: Provider, graph: SharedArrayBuffer, precision: Precision) {
  return InferenceSession.create(new Uint8Array(graph).slice(), {
    executionProviders: [name],
    // One thread per session: the worker pool gives the parallelism.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    // The arena keeps the memory of the largest batch. That is small only if texts are inferred one at a time.
    enableCpuMemArena: precision === "int8",
    logSeverityLevel: 4,
  });
}

const { session, ...opened } = await openSession();
data.graphs = {}; // the session has its own copy

/** ids int32 [batch, time], lengths int32 [batch]. */
async function run({ ids, lengths, batch, time }: Padded): Promise<Outputs> {
  const { logits, stars } = await session.run({
    ids: new Tensor("int32", ids, [batch, time]),
    lengths: new Tensor("int32", lengths, [batch]),
  });
  return { logits: logits!.data as Float32Array, ...(stars && { stars: stars.data as Float32Array }) };
}

/** The rows one by one, unpadded: the int8 graph scales the activations of a batch together. */
async function runAlone({ ids, lengths, batch, time }: Padded): Promise<Outputs> {
  const logits = new Float32Array(2 * batch);
  const stars = session.outputNames.includes("stars") ? new Float32Array(batch) : undefined;
  for (let row = 0; row < batch; row++) {
    const length = lengths[row]!;
    if (row > 0 && row === batch - 1) send({ lastRow: true });
    const alone = { ids: ids.subarray(row * time, row * time + length), batch: 1, time: length };
    const found = await run({ ...alone, lengths: Int32Array.of(length) });
    logits.set(found.logits, 2 * row);
    stars?.set(found.stars!, row);
  }
  return { logits, ...(stars && { stars }) };
}

async function infer(batch: Padded): Promise<WorkerMessage> {
  const start = performance.now();
  const outputs = await (opened.precision === "int8" ? runAlone(batch) : run(batch));
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
