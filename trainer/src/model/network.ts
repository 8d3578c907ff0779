import type { Architecture, Dropout } from "../preset.ts";
import { lstmLayer } from "./lstm/directions.ts";
import { fusedLstm } from "./lstm/fused.ts";
import { statelessUniform } from "./lstm/kernels.ts";
import type { LstmWeights } from "./lstm/weights.ts";
import type { Parameter } from "./parameters.ts";
import * as tf from "./tensorflow.ts";

/** The parameters of dropout in one training step: the rates and the seed. */
export interface Noise {
  dropout: Dropout;
  seed: number;
}

/** How the rows of a batch, which are chunks, belong to its texts (see `chunkGrid`). */
export interface Lengths {
  /** int32 `[texts * chunks]`. */
  lengths: tf.Tensor1D;
  /** int32 `[texts]`. */
  textLengths: tf.Tensor1D;
  chunks: number;
}

/**
 * Embedded tokens -> log-odds of a rating above each threshold:
 *
 *   features -> one latent value -> plus the linear term -> plus one bias per threshold
 *
 * The output of two classes is the same with one threshold: the difference of its logits.
 * @param linear float32 `[texts]`: the linear n-gram term of each text; zeros if the network has
 * none
 * @returns float32 `[texts, thresholds]`
 */
export function network(
  architecture: Architecture,
  list: Parameter[],
  weights: tf.Tensor[],
  embedded: tf.Tensor3D,
  lengths: Lengths,
  linear: tf.Tensor1D,
  noise?: Noise,
): tf.Tensor2D {
  const named = (wanted: string) => weights[list.findIndex(({ name }) => name === wanted)]!;
  const found = features(architecture, list, weights, embedded, lengths, noise);
  const dense = tf.matMul(found, named("dense.kernel") as tf.Tensor2D);
  if (architecture.output === "ordinal")
    return tf.add(tf.add(dense, tf.reshape(linear, [-1, 1])), named("thresholds"));
  const logits = tf.add(dense, named("dense.bias"));
  const [negative, positive] = tf.split(logits, 2, 1);
  return tf.sub(positive!, negative!);
}

/**
 * Embedded tokens -> the input of the last layer: 1..n (Bi)LSTM layers, then the head.
 * @param weights tensors in the order of `parameterList`
 * @param embedded float32 `[time, texts * chunks, embedding]`
 * @returns float32 `[texts, features]`
 */
function features(
  architecture: Architecture,
  list: Parameter[],
  weights: tf.Tensor[],
  embedded: tf.Tensor3D,
  lengths: Lengths,
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
    x = lstmLayer(fusedLstm, x, lengths.lengths, layerWeights);
  }
  const found = architecture.head === "pool" ? pool(x, lengths) : firstAndLast(x, lengths.lengths);
  return noise ? drop(found, noise.dropout.head, found.shape, [noise.seed, 1]) : found;
}

/** Inverted dropout (Srivastava et al. 2014) with a mask of `maskShape`, which is broadcast. */
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

/** The article's head: the outputs of the first and the last step, joined: `[batch, 2 * width]`. */
function firstAndLast(x: tf.Tensor3D, lengths: tf.Tensor1D): tf.Tensor2D {
  const first = tf.squeeze(tf.slice(x, [0, 0, 0], [1, -1, -1]), [0]);
  const atEnd = stepMask(x.shape[0], lengths, (steps, length) => tf.equal(steps, tf.sub(length, 1)));
  return tf.concat([first, tf.sum(tf.mul(x, atEnd), 0)], 1) as tf.Tensor2D;
}

/**
 * Added to masked steps. It is below every state, which is in (-1, 1), so that they are never the
 * maximum.
 */
const LOWERED = 4;

/** The mean and the maximum over the true steps of all chunks of a text: `[texts, 2 * width]`. */
function pool(x: tf.Tensor3D, { lengths, textLengths, chunks }: Lengths): tf.Tensor2D {
  const mask = stepMask(x.shape[0], lengths, (steps, length) => tf.less(steps, length));
  const perText = (perChunk: tf.Tensor) => tf.reshape(perChunk, [-1, chunks, x.shape[2]]);
  const sum = tf.sum(perText(tf.sum(tf.mul(x, mask), 0)), 1);
  const mean = tf.div(sum, tf.reshape(tf.cast(textLengths, "float32"), [-1, 1]));
  const max = tf.max(perText(tf.max(tf.add(x, tf.mul(tf.sub(mask, 1), LOWERED)), 0)), 1);
  return tf.concat([mean, max], 1) as tf.Tensor2D;
}
