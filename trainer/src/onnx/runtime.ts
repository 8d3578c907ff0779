import { pad } from "@undertone/models";
import { chunks } from "../batches.ts";

process.env.ORT_DISABLE_TELEMETRY = "1";
const { InferenceSession, Tensor } = await import("onnxruntime-node");

/** An opened ONNX graph. */
export interface Graph {
  /** Logits of rows of ids, float32 `[rows, 2]` row-major, `size` rows a batch in the order given. */
  logits(rows: readonly Int32Array[], size: number): Promise<Float32Array>;
  close(): Promise<void>;
}

/**
 * @param graph the ONNX file's path or bytes
 * @param threads inside an operation
 */
export async function openGraph(graph: string | Uint8Array, threads: number): Promise<Graph> {
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, enableCpuMemArena: false } as const;
  const session = await (typeof graph === "string"
    ? InferenceSession.create(graph, options)
    : InferenceSession.create(graph, options));
  return {
    async logits(rows, size) {
      const logits = new Float32Array(2 * rows.length);
      let at = 0;
      for (const part of chunks(rows, size)) {
        const { ids, lengths, batch, time } = pad(part);
        const feeds = {
          ids: new Tensor("int32", ids, [batch, time]),
          lengths: new Tensor("int32", lengths, [batch]),
        };
        logits.set((await session.run(feeds)).logits!.data as Float32Array, at);
        at += 2 * batch;
      }
      return logits;
    },
    close: () => session.release(),
  };
}

/** Logits of rows of ids by a graph that is opened for it, float32 `[rows, 2]`, on two threads. */
export async function onnxLogits(
  graph: string | Uint8Array,
  rows: readonly Int32Array[],
  size: number,
): Promise<Float32Array> {
  const opened = await openGraph(graph, 2);
  try {
    return await opened.logits(rows, size);
  } finally {
    await opened.close();
  }
}
