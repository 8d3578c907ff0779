import * as tf from "../tensorflow.ts";
import { reverseSequence } from "./kernels.ts";
import type { Lstm, LstmWeights } from "./weights.ts";

/**
 * One layer: the forward direction, and, if there are weights for it, the backward direction over
 * each row's true length. Steps after a row's length have meaningless values, which never reach a
 * step within it.
 * @param x float32 `[time, batch, depth]`
 * @param lengths int32 `[batch]`
 * @param directions weights of forward, or of forward and backward
 * @returns float32 `[time, batch, directions * units]`, forward first
 */
export function lstmLayer(
  lstm: Lstm,
  x: tf.Tensor3D,
  lengths: tf.Tensor1D,
  directions: LstmWeights[],
): tf.Tensor3D {
  const [forward, backward] = directions;
  const read = lstm(x, forward!);
  if (!backward) return read;
  const readBack = reverseSequence(lstm(reverseSequence(x, lengths), backward), lengths);
  return tf.concat([read, readBack], 2);
}
