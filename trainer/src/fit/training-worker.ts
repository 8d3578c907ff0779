/**
 * One data-parallel worker: a process of its own with one TensorFlow thread, driven by messages
 * (see worker-pool.ts).
 */
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

/** Frees the tensors that a request created. */
function inScope<T>(make: () => T): T {
  tf.engine().startScope();
  try {
    return make();
  } finally {
    tf.engine().endScope();
  }
}

/** Writes TensorBoard scalars. The writer lives longer than every scope. */
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

/** The network's output for each text, without dropout. */
function predict(batch: Batch): Answer {
  const grid = chunkGrid(batch, architecture.chunkLength);
  const linear = tf.tensor1d(batch.linear);
  const values = network(architecture, list, tensors(), embed(grid), lengthsOf(grid), linear).dataSync();
  return { values: values as Float32Array };
}

/** The weighted cross-entropy of all thresholds, summed over the texts, and its gradient. */
function gradients(request: Extract<Request, { kind: "gradients" }>): Answer {
  const { batch, trainEmbeddings, adversarialNorm } = request;
  const grid = chunkGrid(batch, architecture.chunkLength);
  const embedded = embed(grid);
  const weights = tensors();
  const linear = tf.tensor1d(batch.linear);
  const gradientsAt = batchGradients(request, grid);
  const plain = gradientsAt(weights, linear, embedded, trainEmbeddings || adversarialNorm > 0);
  const answers = [plain];
  if (adversarialNorm > 0) {
    const moved = perturbed(embedded, plain.grads.at(-1) as tf.Tensor3D, grid, adversarialNorm);
    answers.push(gradientsAt(weights, linear, moved, trainEmbeddings));
  }
  const mean = (place: number) => {
    const parts = answers.map(({ grads }) => grads[place]!);
    return tf.div(tf.addN(parts), parts.length).dataSync() as Float32Array;
  };
  const gradient = new Float32Array(parameters.length);
  list.forEach(({ offset }, i) => {
    gradient.set(mean(i), offset);
  });
  const linearGradient = mean(list.length);
  const rows = trainEmbeddings ? rowGradients(grid, mean(list.length + 1)) : undefined;
  return { loss: plain.value.dataSync()[0]!, gradient, linearGradient, ...(rows && { rows }) };
}

/**
 * The loss of a batch as a function of the parameters, of each text's linear term, and, if
 * `wantsEmbedded`, of its vectors. Every call drops the same numbers.
 */
function batchGradients(request: Extract<Request, { kind: "gradients" }>, grid: ChunkGrid) {
  const shape: [number, number] = [request.batch.batch, architecture.thresholds];
  const targets = tf.tensor2d(request.targets, shape);
  const counts = tf.tensor2d(request.weights, shape);
  const lengths = lengthsOf(grid);
  return (weights: tf.Tensor[], linear: tf.Tensor1D, embedded: tf.Tensor3D, wantsEmbedded: boolean) => {
    const loss = (...inputs: tf.Tensor[]): tf.Scalar => {
      const x = wantsEmbedded ? (inputs[list.length + 1] as tf.Tensor3D) : embedded;
      const term = inputs[list.length] as tf.Tensor1D;
      const trained = inputs.slice(0, list.length);
      const logits = network(architecture, list, trained, x, lengths, term, request.noise);
      const entropy = tf.sub(tf.softplus(logits), tf.mul(logits, targets)); // -t log p - (1 - t) log(1 - p)
      return tf.sum(tf.mul(counts, entropy)) as tf.Scalar;
    };
    return tf.valueAndGrads(loss)([...weights, linear, ...(wantsEmbedded ? [embedded] : [])]);
  };
}

/**
 * The vectors `[time, texts * chunks, embedding]`, moved along their gradient by a share of each
 * text's norm.
 */
function perturbed(
  embedded: tf.Tensor3D,
  gradient: tf.Tensor3D,
  { texts, chunks, time }: ChunkGrid,
  share: number,
): tf.Tensor3D {
  const perText = (x: tf.Tensor) => tf.reshape(x, [time, texts, -1]) as tf.Tensor3D;
  const normOf = (x: tf.Tensor3D) => tf.sqrt(tf.sum(tf.square(perText(x)), [0, 2], true));
  const length = tf.div(tf.mul(normOf(embedded), share), tf.maximum(normOf(gradient), 1e-12));
  const step = tf.mul(perText(gradient), length);
  return tf.add(embedded, tf.reshape(step, [time, texts * chunks, -1])) as tf.Tensor3D;
}

/** Sums the gradient `[time, batch, embedding]` of each word that occurs; `<pad>` gets none. */
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
