import type { Architecture, Dropout } from "../preset.ts";
import { lstmLayer } from "./lstm/directions.ts";
import { fusedLstm } from "./lstm/fused.ts";
import { statelessUniform } from "./lstm/kernels.ts";
import type { LstmWeights } from "./lstm/weights.ts";
import type { Parameter } from "./parameters.ts";
import * as tf from "./tensorflow.ts";

/** What one training step adds to the network: how much is dropped, and the seed that decides what. */
export interface Noise {
  dropout: Dropout;
  seed: number;
}

/**
 * Embedded tokens -> logits: the features, one linear layer. Parameters as those of {@link features}.
 *
 * @returns logits float32 `[batch, 2]` (negative, positive)
 */
export function network(...input: Parameters<typeof features>): tf.Tensor2D {
  const [, list, weights] = input;
  const named = (wanted: string) => weights[list.findIndex(({ name }) => name === wanted)]!;
  return tf.add(tf.matMul(features(...input), named("dense.kernel") as tf.Tensor2D), named("dense.bias"));
}

/**
 * Embedded tokens -> what the last layer sees: 1..n (Bi)LSTM layers, the head.
 *
 * @param weights tensors in the order of `parameterList`
 * @param embedded float32 `[time, batch, embedding]`
 * @param lengths int32 `[batch]`, 1..time
 * @returns float32 `[batch, features]`
 */
export function features(
  architecture: Architecture,
  list: Parameter[],
  weights: tf.Tensor[],
  embedded: tf.Tensor3D,
  lengths: tf.Tensor1D,
  noise?: Noise,
): tf.Tensor2D {
  const byName = new Map(list.map(({ name }, i) => [name, weights[i]!]));
  const directions = architecture.bidirectional ? [0, 1] : [0];
  let x = embedded;
  if (noise) x = drop(x, noise.dropout.embeddings, [1, x.shape[1], x.shape[2]], [noise.seed, 0]);
  for (let layer = 0; layer < architecture.layers; layer++) {
    const layerWeights = directions.map(
      (d) =>
        ({
          kernel: byName.get(`lstm.${layer}.${d}.kernel`),
          bias: byName.get(`lstm.${layer}.${d}.bias`),
        }) as LstmWeights,
    );
    x = lstmLayer(fusedLstm, x, lengths, layerWeights);
  }
  const found = architecture.head === "pool" ? pool(x, lengths, architecture) : firstAndLast(x, lengths);
  return noise ? drop(found, noise.dropout.head, found.shape, [noise.seed, 1]) : found;
}

/** Inverted dropout (Srivastava et al. 2014) with a mask of `maskShape`, broadcast over the rest. */
function drop<T extends tf.Tensor>(x: T, rate: number, maskShape: number[], seed: [number, number]): T {
  if (rate === 0) return x;
  const keep = tf.greaterEqual(statelessUniform(maskShape, seed), rate);
  return tf.mul(x, tf.div(tf.cast(keep, "float32"), 1 - rate)) as T;
}

/** 1 where `position(t, length)` holds, float32 `[time, batch, 1]`. */
function stepMask(
  time: number,
  lengths: tf.Tensor1D,
  holds: (steps: tf.Tensor, lengths: tf.Tensor) => tf.Tensor,
) {
  const steps = tf.reshape(tf.range(0, time, 1, "int32"), [time, 1, 1]);
  return tf.cast(holds(steps, tf.reshape(lengths, [1, -1, 1])), "float32");
}

const lastStep = (time: number, lengths: tf.Tensor1D) =>
  stepMask(time, lengths, (steps, length) => tf.equal(steps, tf.sub(length, 1)));

/** The article's head: the outputs of the first and the last step, joined: `[batch, 2 * width]`. */
function firstAndLast(x: tf.Tensor3D, lengths: tf.Tensor1D): tf.Tensor2D {
  const first = tf.squeeze(tf.slice(x, [0, 0, 0], [1, -1, -1]), [0]);
  const last = tf.sum(tf.mul(x, lastStep(x.shape[0], lengths)), 0);
  return tf.concat([first, last], 1) as tf.Tensor2D;
}

/** Mean and max over the true steps, and each direction's own last state: `[batch, 3 * width]`. */
function pool(x: tf.Tensor3D, lengths: tf.Tensor1D, { units, bidirectional }: Architecture): tf.Tensor2D {
  const [time, batch] = x.shape;
  const mask = stepMask(time, lengths, (steps, length) => tf.less(steps, length));
  const mean = tf.div(tf.sum(tf.mul(x, mask), 0), tf.reshape(tf.cast(lengths, "float32"), [-1, 1]));
  const max = tf.max(tf.add(x, tf.mul(tf.sub(mask, 1), 4)), 0); // states lie in (-1, 1): minus 4 never wins
  const forward = tf.slice(x, [0, 0, 0], [time, batch, units]);
  const states = [tf.sum(tf.mul(forward, lastStep(time, lengths)), 0)];
  if (bidirectional) states.push(tf.squeeze(tf.slice(x, [0, 0, units], [1, batch, units]), [0]));
  return tf.concat([mean, max, ...states], 1) as tf.Tensor2D;
}
