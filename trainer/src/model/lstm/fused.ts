import * as tf from "../tensorflow.ts";
import { blockLstm, blockLstmGradient } from "./kernels.ts";
import type { LstmWeights } from "./weights.ts";

/**
 * The same recurrence as `referenceLstm` in one TensorFlow operation forward (`BlockLSTMV2`) and
 * one backward (`BlockLSTMGradV2`), on CPU and GPU.
 *
 * @param x float32 `[time, batch, depth]`
 * @returns h float32 `[time, batch, units]`, differentiable in x, kernel and bias
 */
export function fusedLstm(x: tf.Tensor3D, { kernel, bias }: LstmWeights): tf.Tensor3D {
  const [time, batch] = x.shape;
  const units = bias.shape[0] / 4;
  const run = tf.customGrad((...args) => {
    const [xs, w, b, save] = args as unknown as [tf.Tensor, tf.Tensor, tf.Tensor, tf.GradSaveFunc];
    const state = tf.zeros([batch, units]);
    const peephole = tf.zeros([units]);
    const inputs = [xs, state, state, w, peephole, peephole, peephole, b];
    const outputs = blockLstm(time, inputs);
    save([...inputs, ...outputs]);
    const h = outputs[6]!;
    const gradFunc = (dh: tf.Tensor, saved: tf.Tensor[]) => {
      const gradients = blockLstmGradient(time, [...saved, tf.zerosLike(h), dh]);
      return [gradients[0]!, gradients[3]!, gradients[7]!];
    };
    return { value: h, gradFunc: gradFunc as (dy: tf.Tensor, saved: tf.Tensor[]) => tf.Tensor[] };
  });
  return run(x, kernel, bias) as tf.Tensor3D;
}
