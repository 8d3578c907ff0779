/** One data-parallel worker: a process of its own with one TensorFlow thread, driven by messages (see pool.ts). */

import { features, type Noise, network } from "../model/network.ts";
import { type Parameter, parameterList } from "../model/parameters.ts";
import * as tf from "../model/tensorflow.ts";
import type { Architecture } from "../preset.ts";
import type { Answer, Batch, Request } from "./messages.ts";

let architecture: Architecture;
let list: Parameter[];
let table: Float32Array; // [words, embedding]
let parameters: Float32Array;
let summaries: ReturnType<typeof tf.node.summaryFileWriter>;

process.on("message", (request: Request) => {
  try {
    process.send!(request.kind === "summary" ? summarise(request) : inScope(() => answer(request)));
  } catch (error) {
    process.send!({
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    } satisfies Answer);
  }
});

/** Frees the tensors that an answer made. */
function inScope<T>(make: () => T): T {
  tf.engine().startScope();
  try {
    return make();
  } finally {
    tf.engine().endScope();
  }
}

/** Writes TensorBoard scalars; the writer outlives every scope. */
function summarise({ folder, step, scalars }: Extract<Request, { kind: "summary" }>): Answer {
  summaries ??= tf.node.summaryFileWriter(folder);
  for (const [name, value] of Object.entries(scalars)) summaries.scalar(name, value, step);
  summaries.flush();
  return {};
}

function answer(request: Exclude<Request, { kind: "summary" }>): Answer {
  switch (request.kind) {
    case "start":
      architecture = request.architecture;
      list = parameterList(architecture);
      table = request.table;
      return {};
    case "set":
      parameters = request.parameters;
      if (request.table) table = request.table;
      if (request.rows) setRows(request.rows.ids, request.rows.values);
      return {};
    case "gradients":
      return gradients(request.batch, request.targets, request.noise, request.trainEmbeddings);
    case "predict":
      return valuesOf(network, request.batch);
    case "features":
      return valuesOf(features, request.batch);
  }
}

function setRows(ids: Int32Array, values: Float32Array): void {
  const depth = architecture.embedding;
  ids.forEach((id, i) => {
    table.set(values.subarray(i * depth, (i + 1) * depth), id * depth);
  });
}

const tensors = () =>
  list.map(({ offset, size, shape }) => tf.tensor(parameters.subarray(offset, offset + size), shape));

/** ids `[batch, time]` -> vectors float32 `[time, batch, embedding]`. */
function embed({ ids, batch, time }: Batch): tf.Tensor3D {
  const depth = architecture.embedding;
  const values = new Float32Array(time * batch * depth);
  for (let t = 0; t < time; t++) {
    for (let b = 0; b < batch; b++) {
      const row = ids[b * time + t]! * depth;
      values.set(table.subarray(row, row + depth), (t * batch + b) * depth);
    }
  }
  return tf.tensor3d(values, [time, batch, depth]);
}

/** What the network, or its part below the last layer, gives each row; nothing is dropped. */
function valuesOf(part: typeof features, batch: Batch): Answer {
  const lengths = tf.tensor1d(batch.lengths, "int32");
  const values = part(architecture, list, tensors(), embed(batch), lengths).dataSync();
  return { values: values as Float32Array };
}

/**
 * Loss summed over the rows (softmax cross-entropy), rows right, and the gradient of that sum.
 * @param positive float32 `[batch]`: the target P(positive) of each row
 */
function gradients(batch: Batch, positive: Float32Array, noise: Noise, trainEmbeddings: boolean): Answer {
  const column = tf.tensor2d(positive, [positive.length, 1]);
  const targets = tf.concat([tf.sub(1, column), column], 1);
  let right = 0;
  const loss = (...inputs: tf.Tensor[]): tf.Scalar => {
    const embedded = trainEmbeddings ? (inputs.at(-1) as tf.Tensor3D) : fixed;
    const logits = network(architecture, list, inputs.slice(0, list.length), embedded, lengths, noise);
    right = tf.sum(tf.equal(tf.argMax(logits, 1), tf.argMax(targets, 1))).dataSync()[0]!;
    return tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(logits)))) as tf.Scalar;
  };
  const fixed = embed(batch);
  const lengths = tf.tensor1d(batch.lengths, "int32");
  const { value, grads } = tf.valueAndGrads(loss)(trainEmbeddings ? [...tensors(), fixed] : tensors());
  const gradient = new Float32Array(parameters.length);
  list.forEach(({ offset }, i) => {
    gradient.set(grads[i]!.dataSync() as Float32Array, offset);
  });
  const rows = trainEmbeddings ? rowGradients(batch, grads.at(-1)!.dataSync() as Float32Array) : undefined;
  return { loss: value.dataSync()[0]!, right, gradient, ...(rows && { rows }) };
}

/** Adds up the gradient `[time, batch, embedding]` of each word that occurs; `<pad>` gets none. */
function rowGradients({ ids, batch, time }: Batch, gradient: Float32Array) {
  const depth = architecture.embedding;
  const unique = Int32Array.from(new Set(ids)).filter((id) => id !== 0);
  const place = new Map([...unique].map((id, i) => [id, i * depth]));
  const values = new Float32Array(unique.length * depth);
  for (let t = 0; t < time; t++) {
    for (let b = 0; b < batch; b++) {
      const to = place.get(ids[b * time + t]!);
      if (to === undefined) continue;
      const from = (t * batch + b) * depth;
      for (let k = 0; k < depth; k++) values[to + k]! += gradient[from + k]!;
    }
  }
  return { ids: unique, values };
}
