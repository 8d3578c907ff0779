import { pad } from "@undertone/models";
import { chunks } from "../batches.ts";

process.env.ORT_DISABLE_TELEMETRY = "1";
const { InferenceSession, Tensor } = await import("onnxruntime-node");

/**
 * Logits of rows of ids by onnxruntime, float32 `[rows, 2]` row-major, `size` rows a batch in the order given.
 * @param graph the ONNX file's path or bytes
 */
export async function onnxLogits(
  graph: string | Uint8Array,
  rows: readonly Int32Array[],
  size: number,
): Promise<Float32Array> {
  const options = { intraOpNumThreads: 2, interOpNumThreads: 1, enableCpuMemArena: false } as const;
  const session = await (typeof graph === "string"
    ? InferenceSession.create(graph, options)
    : InferenceSession.create(graph, options));
  const logits: Float32Array[] = [];
  for (const part of chunks(rows, size)) {
    const { ids, lengths, batch, time } = pad(part);
    const feeds = { ids: new Tensor("int32", ids, [batch, time]), lengths: new Tensor("int32", lengths, [batch]) };
    logits.push((await session.run(feeds)).logits!.data as Float32Array);
  }
  await session.release();
  return Float32Array.from(logits.flatMap((l) => [...l]));
}
