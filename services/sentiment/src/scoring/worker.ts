import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { Padded } from "@undertone/models";
import type { InferenceSession as Session } from "onnxruntime-node";
import type { Provider, ThreadData, ThreadMessage } from "./thread.ts";

// The only file of the service that knows onnxruntime. Its telemetry is on unless this is set before the import.
process.env.ORT_DISABLE_TELEMETRY = "1";
const { env, InferenceSession, Tensor } = await import("onnxruntime-node");
// What goes wrong is thrown too; the native log would only repeat it on standard error.
env.logLevel = "fatal";

// On Linux this is the thread's own priority: when cores are short, the event loop goes first and /livez answers.
if (process.platform === "linux") os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);

const { graphPath, provider } = workerData.data as ThreadData;

/** `auto` takes CUDA where a session can be made on it; a provider asked for by name is used or fails. */
async function openSession(): Promise<{
  session: Session;
  provider: Provider;
}> {
  if (provider === "cpu" || (provider === "auto" && !existsSync(cudaLibrary()))) {
    return { session: await createSession("cpu"), provider: "cpu" };
  }
  try {
    if (!existsSync(cudaLibrary())) throw new Error(`no ${cudaLibrary()}`);
    return { session: await createSession("cuda"), provider: "cuda" };
  } catch (error) {
    if (provider === "auto") return { session: await createSession("cpu"), provider: "cpu" };
    throw new Error(`EXECUTION_PROVIDER: expected CUDA, found ${(error as Error).message}`);
  }
}

/** Where onnxruntime looks for CUDA. Trying without it prints an error that no option silences. */
function cudaLibrary(): string {
  const main = createRequire(import.meta.url).resolve("onnxruntime-node");
  const folder = path.join(main, "../../bin/napi-v6", process.platform, process.arch);
  return path.join(folder, "libonnxruntime_providers_cuda.so");
}

function createSession(name: Provider) {
  return InferenceSession.create(graphPath, {
    executionProviders: [name],
    // One thread a session: the pool is the parallelism. The arena would keep the largest batch's memory.
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: "sequential",
    enableCpuMemArena: false,
    logSeverityLevel: 4,
  });
}

const opened = await openSession();

/** ids int32 [batch, time], lengths int32 [batch] -> logits float32 [batch, 2]. */
async function infer({ ids, lengths, batch, time }: Padded): Promise<ThreadMessage> {
  const start = performance.now();
  const { logits } = await opened.session.run({
    ids: new Tensor("int32", ids, [batch, time]),
    lengths: new Tensor("int32", lengths, [batch]),
  });
  return { logits: logits!.data as Float32Array, inferMs: performance.now() - start };
}

function send(message: ThreadMessage): void {
  parentPort!.postMessage(message);
}

parentPort!.on("message", (batch: Padded) => {
  infer(batch).then(send, (error: Error) => send({ error: error.message }));
});
send({ ready: opened.provider });
