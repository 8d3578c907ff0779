import type { LstmWeights } from "../../src/model/lstm/weights.ts";
import * as tf from "../../src/model/tensorflow.ts";

/**
 * A plain recurrence, h(t) = tanh(x(t) W + h(t-1) U + b) (Elman 1990), for comparison only: no
 * model uses it.
 * @param x float32 `[time, batch, depth]`
 * @param weights kernel float32 `[depth + units, units]`: the rows of x, then the rows of h; bias
 * float32 `[units]`
 * @returns h float32 `[time, batch, units]`
 */
export function plainRnn(x: tf.Tensor3D, { kernel, bias }: LstmWeights): tf.Tensor3D {
  const [time, batch, depth] = x.shape;
  const units = bias.shape[0];
  const recurrent = tf.slice(kernel, [depth, 0], [units, units]);
  const flat = tf.reshape(x, [time * batch, depth]);
  const inputs = tf.add(tf.matMul(flat, tf.slice(kernel, [0, 0], [depth, units])), bias);
  let h: tf.Tensor2D = tf.zeros([batch, units]);
  const states = tf.unstack(tf.reshape(inputs, [time, batch, units])).map((input) => {
    h = tf.tanh(tf.add(input, tf.matMul(h, recurrent)));
    return h;
  });
  return tf.stack(states) as tf.Tensor3D;
}
