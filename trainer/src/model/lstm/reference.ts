import * as tf from "../tensorflow.ts";
import type { LstmWeights } from "./weights.ts";

/**
 * The LSTM written equation by equation, in plain TensorFlow.js operations (Hochreiter and
 * Schmidhuber 1997; with a forget gate, Gers et al. 2000). It is slow, and defines what the fused
 * kernel must compute.
 * @param x float32 `[time, batch, depth]`
 * @returns h float32 `[time, batch, units]`
 */
export function referenceLstm(x: tf.Tensor3D, { kernel, bias }: LstmWeights): tf.Tensor3D {
  const [, batch] = x.shape;
  const units = bias.shape[0] / 4;
  let h = tf.zeros([batch, units]) as tf.Tensor2D;
  let c = tf.zeros([batch, units]) as tf.Tensor2D;
  const states = tf.unstack(x).map((xt) => {
    const gates = tf.add(tf.matMul(tf.concat([xt as tf.Tensor2D, h], 1), kernel), bias);
    const [gi, gf, gc, go] = tf.split(gates, 4, 1) as tf.Tensor2D[] as [
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor2D,
      tf.Tensor2D,
    ];
    const i = tf.sigmoid(gi); // I_t = sigmoid(X_t W_xi + H_(t-1) W_hi + b_i)
    const f = tf.sigmoid(gf); // F_t = sigmoid(X_t W_xf + H_(t-1) W_hf + b_f)
    const o = tf.sigmoid(go); // O_t = sigmoid(X_t W_xo + H_(t-1) W_ho + b_o)
    const candidate = tf.tanh(gc); // C~_t = tanh(X_t W_xc + H_(t-1) W_hc + b_c)
    c = tf.add(tf.mul(f, c), tf.mul(i, candidate)); // C_t = F_t * C_(t-1) + I_t * C~_t
    h = tf.mul(o, tf.tanh(c)); // H_t = O_t * tanh(C_t)
    return h;
  });
  return tf.stack(states) as tf.Tensor3D;
}
