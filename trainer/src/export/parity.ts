import { scores } from "../evaluation/metrics.ts";
import { expectedStars, positiveScores, type RatingScale } from "../model/rating-scale.ts";
import { onnxOutputs } from "./onnx/runtime.ts";

/**
 * The largest difference of a score, or of stars as a share of their scale, that counts as equal.
 */
const PARITY_TOLERANCE = 1e-5;

/**
 * Scores the same rows by TensorFlow.js and by ONNX Runtime, alone and in batches of 32.
 * @param logits TensorFlow's log-odds of the same network, float32 `[rows, thresholds]`, divided by
 * the temperature
 * @param options the scale of the ratings, and the shift of the score's log-odds
 * @returns the largest difference of P(positive), or of the stars as a share of their scale
 * @throws Error if it is more than {@link PARITY_TOLERANCE}
 */
export async function checkParity(
  graph: Uint8Array,
  rows: Int32Array[],
  logits: Float32Array,
  { values, middle, shift }: RatingScale & { shift: number },
): Promise<number> {
  const expected = positiveScores(logits, rows.length, middle, shift);
  const expectedRatings = expectedStars(logits, values);
  const length = values.at(-1)! - values[0]!;
  let largest = 0;
  for (const size of [1, 32]) {
    const found = await onnxOutputs(graph, rows, size);
    for (const [i, p] of scores(found.logits).entries())
      largest = Math.max(largest, Math.abs(p - expected[i]!));
    for (const [i, s] of found.stars?.entries() ?? [])
      largest = Math.max(largest, Math.abs(s - expectedRatings[i]!) / length);
  }
  if (!(largest <= PARITY_TOLERANCE)) {
    throw new Error(
      `TensorFlow.js and onnxruntime differ by ${largest} (at most ${PARITY_TOLERANCE} expected)`,
    );
  }
  return largest;
}
