import { accuracy, scores } from "../../src/evaluation/metrics.ts";
import { chunks, epochBatches } from "../../src/fit/batches.ts";
import * as tf from "../../src/model/tensorflow.ts";
import { KINDS, type Kind } from "./kind.ts";
import { type Net, newNet } from "./net.ts";

const BATCH = 64;
const PLAN = { size: BATCH, tokens: null, byLength: false };
const LEARNING_RATE = 2e-3;
const CLIP_NORM = 1;

/** Encoded reviews and their labels, 1 positive and 0 negative. */
export interface Labelled {
  ids: Int32Array[];
  labels: number[];
}

/** Reviews cut to one length, and their vectors. */
export interface Data {
  train: Labelled;
  validation: Labelled;
  /** float32 `[words, depth]` row-major */
  table: Float32Array;
  depth: number;
}

type Embedded = Omit<Data, "table" | "depth"> & { table: tf.Tensor2D };

/**
 * The result of one net with one seed. `reach[k]` is the mean norm of d loss / d vector of the word
 * k steps before the last.
 */
export interface Found {
  kind: Kind;
  seed: number;
  parameters: number;
  accuracy: number;
  seconds: number;
  atStart: Float64Array;
  trained: Float64Array;
}

export interface StudyOptions {
  units: number;
  epochs: number;
  seeds: number[];
}

/**
 * Trains each kind of net with each seed: Adam at 0.002, batches of 64, gradients clipped to norm
 * 1, vectors frozen. The last epoch is reported.
 */
export function study(given: Data, { units, epochs, seeds }: StudyOptions, print: (line: string) => void) {
  const data = { ...given, table: tf.tensor2d(given.table, [given.table.length / given.depth, given.depth]) };
  const found: Found[] = [];
  for (const seed of seeds) {
    for (const kind of KINDS) {
      const net = newNet(kind, given.depth, units, seed);
      const atStart = reach(net, data);
      const start = performance.now();
      const optimizer = tf.train.adam(LEARNING_RATE);
      for (let epoch = 0; epoch < epochs; epoch++) {
        const lengths = data.train.ids.map(({ length }) => length);
        for (const rows of epochBatches(lengths, PLAN, seed * 1009 + epoch)) step(net, optimizer, data, rows);
        print(`${kind}, seed ${seed}, epoch ${epoch + 1}: validation ${validate(net, data).toFixed(4)}`);
      }
      const seconds = (performance.now() - start) / 1000;
      const figures = { accuracy: validate(net, data), seconds, atStart, trained: reach(net, data) };
      found.push({ kind, seed, parameters: net.parameters, ...figures });
      optimizer.dispose();
      for (const variable of net.variables) variable.dispose();
    }
  }
  return found;
}

/** Vectors of some rows, float32 `[time, batch, depth]`. */
function embed({ ids }: Labelled, table: tf.Tensor2D, rows: number[]): tf.Tensor3D {
  const batch = tf.tensor2d(
    rows.map((row) => [...ids[row]!]),
    undefined,
    "int32",
  );
  return tf.gather<tf.Tensor>(table, tf.transpose(batch)) as tf.Tensor3D;
}

/** int32 `[batch]`, the time of x `[time, batch, depth]` throughout. */
const lengthsOf = ({ shape: [time, batch] }: tf.Tensor3D) => tf.fill([batch], time, "int32") as tf.Tensor1D;

/**
 * Softmax cross-entropy of vectors `[time, batch, depth]`, summed over the rows, a scalar. So the
 * gradient of a row is that of its own loss. The tensors that it uses are created here, because
 * those created inside a gradient are disposed of before they are needed.
 */
function lossOf(net: Net, lengths: tf.Tensor1D, labels: number[]): (x: tf.Tensor) => tf.Scalar {
  const truth = tf.oneHot(tf.tensor1d(labels, "int32"), 2);
  return (x) =>
    tf.neg(tf.sum(tf.mul(truth, tf.logSoftmax(net.logits(x as tf.Tensor3D, lengths))))) as tf.Scalar;
}

function step(net: Net, optimizer: tf.Optimizer, { train, table }: Embedded, rows: number[]): void {
  tf.tidy(() => {
    const x = embed(train, table, rows);
    const loss = lossOf(
      net,
      lengthsOf(x),
      rows.map((row) => train.labels[row]!),
    );
    const mean = () => tf.div(loss(x), rows.length) as tf.Scalar;
    const { grads } = tf.variableGrads(mean, net.variables);
    const squares = Object.values(grads).map((gradient) => tf.sum(tf.square(gradient)));
    const norm = tf.sqrt(tf.addN(squares));
    const factor = tf.minimum(1, tf.div(CLIP_NORM, norm));
    const clipped = Object.entries(grads).map(([name, tensor]) => ({ name, tensor: tf.mul(tensor, factor) }));
    optimizer.applyGradients(clipped);
  });
}

function validate(net: Net, { validation, table }: Embedded): number {
  const logits = new Float32Array(2 * validation.ids.length);
  for (const rows of chunks([...validation.ids.keys()], BATCH)) {
    const found = tf.tidy(() => {
      const x = embed(validation, table, rows);
      return net.logits(x, lengthsOf(x)).dataSync();
    });
    logits.set(found as Float32Array, 2 * rows[0]!);
  }
  return accuracy(scores(logits), validation.labels);
}

/**
 * Index k: the Euclidean norm of d loss / d vector of the word k steps before the last, averaged
 * over validation reviews.
 */
function reach(net: Net, { validation, table }: Embedded): Float64Array {
  const sums = new Float64Array(validation.ids[0]!.length);
  for (const rows of chunks([...validation.ids.keys()], BATCH)) {
    const labels = rows.map((row) => validation.labels[row]!);
    const gradient = tf.tidy(() => {
      const x = embed(validation, table, rows);
      return tf
        .grad(lossOf(net, lengthsOf(x), labels))(x)
        .dataSync();
    });
    const size = gradient.length / (sums.length * rows.length);
    for (let word = 0; word < sums.length * rows.length; word++) {
      // Squared in float64, because in float32 the squares of a plain net's gradients underflow to
      // zero.
      let squares = 0;
      for (let i = word * size; i < (word + 1) * size; i++) squares += gradient[i]! ** 2;
      sums[sums.length - 1 - Math.floor(word / rows.length)]! += Math.sqrt(squares);
    }
  }
  return sums.map((sum) => sum / validation.ids.length);
}
