import { pad } from "@undertone/models";
import { chunks } from "../../fit/batches.ts";

process.env.ORT_DISABLE_TELEMETRY = "1";
const { InferenceSession, Tensor } = await import("onnxruntime-node");

/** Logits float32 `[rows, 2]` row-major, and stars float32 `[rows]` if the graph has them. */
export interface Outputs {
  logits: Float32Array;
  stars?: Float32Array;
}

/** An opened ONNX graph. */
export interface Graph {
  /** The outputs for rows of ids. A batch has `size` rows of similar length. */
  run(rows: readonly Int32Array[], size: number): Promise<Outputs>;
  close(): Promise<void>;
}

/**
 * @param graph the ONNX file's path or bytes
 * @param threads the threads inside an operation
 */
export async function openGraph(graph: string | Uint8Array, threads: number): Promise<Graph> {
  const options = { intraOpNumThreads: threads, interOpNumThreads: 1, enableCpuMemArena: false } as const;
  const session = await (typeof graph === "string"
    ? InferenceSession.create(graph, options)
    : InferenceSession.create(graph, options));
  return {
    async run(rows, size) {
      const logits = new Float32Array(2 * rows.length);
      const stars = session.outputNames.includes("stars") ? new Float32Array(rows.length) : undefined;
      const order = [...rows.keys()].sort((a, b) => rows[a]!.length - rows[b]!.length);
      for (const part of chunks(order, size)) {
        const { ids, lengths, batch, time } = pad(part.map((row) => rows[row]!));
        const feeds = {
          ids: new Tensor("int32", ids, [batch, time]),
          lengths: new Tensor("int32", lengths, [batch]),
        };
        const found = await session.run(feeds);
        const pairs = found.logits!.data as Float32Array;
        for (const [place, row] of part.entries()) {
          logits.set(pairs.subarray(2 * place, 2 * place + 2), 2 * row);
          if (stars) stars[row] = found.stars!.data[place] as number;
        }
      }
      return { logits, ...(stars && { stars }) };
    },
    close: () => session.release(),
  };
}

/** Like {@link Graph}, with a graph that is opened for this call, on two threads. */
export async function onnxOutputs(
  graph: string | Uint8Array,
  rows: readonly Int32Array[],
  size: number,
): Promise<Outputs> {
  const opened = await openGraph(graph, 2);
  try {
    return await opened.run(rows, size);
  } finally {
    await opened.close();
  }
}
