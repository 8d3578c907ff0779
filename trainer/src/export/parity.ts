import { scores } from "../evaluation/metrics.ts";
import { onnxOutputs } from "./onnx/runtime.ts";

/** The largest difference of a score that is still called the same; of stars, as a share of their scale. */
const PARITY_TOLERANCE = 1e-5;

/**
 * Scores the same rows by TensorFlow.js and by onnxruntime, alone and in batches of 32.
 *
 * @param tensorflow logits float32 `[rows, 2]` of the same network, temperature included, and its stars where it has a
 *   star head, with the length of their scale
 * @returns the largest difference of P(positive), or of the stars as a share of their scale
 * @throws Error when it is more than {@link PARITY_TOLERANCE}
 */
export async function checkParity(
  graph: Uint8Array,
  rows: Int32Array[],
  tensorflow: { logits: Float32Array; stars?: { estimated: ArrayLike<number>; scale: number } },
): Promise<number> {
  const expected = scores(tensorflow.logits);
  const { estimated, scale } = tensorflow.stars ?? { estimated: [], scale: 1 };
  let largest = 0;
  for (const size of [1, 32]) {
    const { logits, stars } = await onnxOutputs(graph, rows, size);
    if ((stars === undefined) !== (tensorflow.stars === undefined))
      throw new Error("only one of TensorFlow.js and onnxruntime gives stars");
    for (const [i, p] of scores(logits).entries()) largest = Math.max(largest, Math.abs(p - expected[i]!));
    for (const [i, s] of stars?.entries() ?? [])
      largest = Math.max(largest, Math.abs(s - estimated[i]!) / scale);
  }
  if (largest > PARITY_TOLERANCE) {
    throw new Error(
      `TensorFlow.js and onnxruntime differ by ${largest} (at most ${PARITY_TOLERANCE} expected)`,
    );
  }
  return largest;
}
