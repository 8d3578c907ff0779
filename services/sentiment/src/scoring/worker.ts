import { parentPort, workerData } from "node:worker_threads";
import type { Padded, ThreadData, ThreadMessage } from "./thread.ts";

// The only file of the service that knows onnxruntime. Its telemetry is on unless this is set before the import.
process.env.ORT_DISABLE_TELEMETRY = "1";
const { InferenceSession, Tensor } = await import("onnxruntime-node");

const { graphPath, provider } = workerData as ThreadData;

/** `auto` takes CUDA where a session can be made on it; a provider asked for by name is used or fails. */
async function openSession() {
  if (provider !== "auto") return { session: await createSession(provider), provider };
  try {
    return { session: await createSession("cuda"), provider: "cuda" } as const;
  } catch {
    return { session: await createSession("cpu"), provider: "cpu" } as const;
  }
}

function createSession(name: "cpu" | "cuda") {
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
