import { scores } from "./metrics.ts";
import { onnxLogits } from "./onnx/runtime.ts";

/** The largest difference of a score that is still called the same. */
export const PARITY_TOLERANCE = 1e-5;

/**
 * Scores the same rows by TensorFlow.js and by onnxruntime, alone and in batches of 32.
 *
 * @param tensorflow logits float32 `[rows, 2]` of the same network, temperature included
 * @returns the largest difference of P(positive)
 * @throws Error when it is more than {@link PARITY_TOLERANCE}
 */
export async function checkParity(graph: Uint8Array, rows: Int32Array[], tensorflow: Float32Array): Promise<number> {
  const expected = scores(tensorflow);
  let largest = 0;
  for (const size of [1, 32]) {
    const found = scores(await onnxLogits(graph, rows, size));
    for (const [i, p] of found.entries()) largest = Math.max(largest, Math.abs(p - expected[i]!));
  }
  if (largest > PARITY_TOLERANCE) {
    throw new Error(`TensorFlow.js and onnxruntime differ by ${largest} (at most ${PARITY_TOLERANCE} expected)`);
  }
  return largest;
}
