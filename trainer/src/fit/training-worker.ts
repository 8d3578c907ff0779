/** One data-parallel worker: a process of its own with one TensorFlow thread, driven by messages (see worker-pool.ts). */
import { type ChunkGrid, chunkGrid } from "../model/chunks.ts";
import { type Lengths, network } from "../model/network.ts";
import { type Parameter, parameterList } from "../model/parameters.ts";
import * as tf from "../model/tensorflow.ts";
import type { Architecture } from "../preset.ts";
import type { Answer, Batch, Request, Rows } from "./messages.ts";

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
      return gradients(request);
    case "predict":
      return predict(request.batch);
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

/** ids `[rows, time]` -> vectors float32 `[time, rows, embedding]`. */
function embed({ ids, lengths: { length: rows }, time }: ChunkGrid): tf.Tensor3D {
  const depth = architecture.embedding;
  const values = new Float32Array(time * rows * depth);
  for (let t = 0; t < time; t++) {
    for (let b = 0; b < rows; b++) {
      const row = ids[b * time + t]! * depth;
      values.set(table.subarray(row, row + depth), (t * rows + b) * depth);
    }
  }
  return tf.tensor3d(values, [time, rows, depth]);
}

const lengthsOf = ({ lengths, textLengths, chunks }: ChunkGrid): Lengths => ({
  lengths: tf.tensor1d(lengths, "int32"),
  textLengths: tf.tensor1d(textLengths, "int32"),
  chunks,
});

/** What the network says of each text; nothing is dropped. */
function predict(batch: Batch): Answer {
  const grid = chunkGrid(batch, architecture.chunkLength);
  const linear = tf.tensor1d(batch.linear);
  const values = network(architecture, list, tensors(), embed(grid), lengthsOf(grid), linear).dataSync();
  return { values: values as Float32Array };
}

/** The weighted cross-entropy of all thresholds, summed over the texts, and the gradient of that sum. */
function gradients(request: Extract<Request, { kind: "gradients" }>): Answer {
  const { batch, noise, trainEmbeddings } = request;
  const grid = chunkGrid(batch, architecture.chunkLength);
  const shape: [number, number] = [batch.batch, architecture.thresholds];
  const targets = tf.tensor2d(request.targets, shape);
  const weights = tf.tensor2d(request.weights, shape);
  const lengths = lengthsOf(grid);
  const embedded = embed(grid);
  const linear = tf.tensor1d(batch.linear);
  const loss = (...inputs: tf.Tensor[]): tf.Scalar => {
    const x = trainEmbeddings ? (inputs[list.length + 1] as tf.Tensor3D) : embedded;
    const term = inputs[list.length] as tf.Tensor1D;
    const logits = network(architecture, list, inputs.slice(0, list.length), x, lengths, term, noise);
    const entropy = tf.sub(tf.softplus(logits), tf.mul(logits, targets)); // -t log p - (1 - t) log(1 - p)
    return tf.sum(tf.mul(weights, entropy)) as tf.Scalar;
  };
  const inputs = [...tensors(), linear, ...(trainEmbeddings ? [embedded] : [])];
  const { value, grads } = tf.valueAndGrads(loss)(inputs);
  const gradient = new Float32Array(parameters.length);
  list.forEach(({ offset }, i) => {
    gradient.set(grads[i]!.dataSync() as Float32Array, offset);
  });
  const linearGradient = grads[list.length]!.dataSync() as Float32Array;
  const rows = trainEmbeddings ? rowGradients(grid, grads.at(-1)!.dataSync() as Float32Array) : undefined;
  return { loss: value.dataSync()[0]!, gradient, linearGradient, ...(rows && { rows }) };
}

/** Adds up the gradient `[time, batch, embedding]` of each word that occurs; `<pad>` gets none. */
function rowGradients({ ids, lengths: { length: batch }, time }: ChunkGrid, gradient: Float32Array): Rows {
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
