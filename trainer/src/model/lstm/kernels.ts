import * as tf from "../tensorflow.ts";

/**
 * TensorFlow's own operations that TensorFlow.js reaches only by name, through the Node backend.
 */
interface NodeBackend {
  binding: Record<
    "TF_ATTR_TYPE" | "TF_ATTR_INT" | "TF_ATTR_FLOAT" | "TF_ATTR_BOOL" | "TF_FLOAT" | "TF_INT32" | "TF_INT64",
    number
  >;
  executeSingleOutput(name: string, attributes: Attribute[], inputs: tf.Tensor[]): tf.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: Attribute[],
    inputs: tf.Tensor[],
    outputs: number,
  ): tf.Tensor[];
}

interface Attribute {
  name: string;
  type: number;
  value: number | boolean;
}

const backend = () => tf.backend() as unknown as NodeBackend;

const typeAttribute = (name: string, type: "TF_FLOAT" | "TF_INT32" | "TF_INT64"): Attribute => ({
  name,
  type: backend().binding.TF_ATTR_TYPE,
  value: backend().binding[type],
});

const intAttribute = (name: string, value: number): Attribute => ({
  name,
  type: backend().binding.TF_ATTR_INT,
  value,
});

const noPeephole = (): Attribute => ({
  name: "use_peephole",
  type: backend().binding.TF_ATTR_BOOL,
  value: false,
});

const int64Scalars = new Map<number, tf.Tensor>();

/**
 * The int64 scalar that `BlockLSTMV2` takes as its number of steps. One tensor is kept per number.
 */
function int64Scalar(value: number): tf.Tensor {
  const known = int64Scalars.get(value);
  if (known) return known;
  const { warn } = console;
  console.warn = () => undefined; // the backend warns about every int64 tensor; this one is intended
  try {
    const types = [typeAttribute("SrcT", "TF_INT32"), typeAttribute("DstT", "TF_INT64")];
    const scalar = tf.keep(backend().executeSingleOutput("Cast", types, [tf.scalar(value, "int32")]));
    int64Scalars.set(value, scalar);
    return scalar;
  } finally {
    console.warn = warn;
  }
}

/**
 * All steps of an LSTM in one operation.
 *
 * @param inputs x `[time, batch, depth]`, cs_prev and h_prev `[batch, units]`, w
 * `[depth + units, 4 * units]`,
 *   three peephole vectors `[units]` (unused), b `[4 * units]`; all float32
 * @returns i, cs, f, o, ci, co, h, each float32 `[time, batch, units]`
 */
export function blockLstm(time: number, inputs: tf.Tensor[]): tf.Tensor[] {
  const clip = { name: "cell_clip", type: backend().binding.TF_ATTR_FLOAT, value: -1 };
  const attributes = [clip, noPeephole(), typeAttribute("T", "TF_FLOAT")];
  return backend().executeMultipleOutputs("BlockLSTMV2", attributes, [int64Scalar(time), ...inputs], 7);
}

/**
 * The gradient of {@link blockLstm}.
 *
 * @param inputs the 8 inputs, the 7 outputs, then the gradients of cs and h
 * @returns gradients of x, cs_prev, h_prev, w, the three peepholes, b
 */
export function blockLstmGradient(time: number, inputs: tf.Tensor[]): tf.Tensor[] {
  const attributes = [noPeephole(), typeAttribute("T", "TF_FLOAT")];
  return backend().executeMultipleOutputs("BlockLSTMGradV2", attributes, [int64Scalar(time), ...inputs], 8);
}

/**
 * Reverses the first `lengths[b]` steps of each row: x `[time, batch, depth]` float32, lengths
 * int32 `[batch]`.
 */
export const reverseSequence = (x: tf.Tensor3D, lengths: tf.Tensor1D): tf.Tensor3D =>
  tf.customGrad((input, _save) => ({
    value: reverse(input as tf.Tensor3D, lengths),
    gradFunc: (dy: tf.Tensor) => reverse(dy as tf.Tensor3D, lengths),
  }))(x) as tf.Tensor3D;

function reverse(x: tf.Tensor3D, lengths: tf.Tensor1D): tf.Tensor3D {
  const attributes = [
    intAttribute("seq_dim", 0),
    intAttribute("batch_dim", 1),
    typeAttribute("Tlen", "TF_INT32"),
    typeAttribute("T", "TF_FLOAT"),
  ];
  return backend().executeSingleOutput("ReverseSequence", attributes, [x, lengths]) as tf.Tensor3D;
}

/**
 * Uniform float32 numbers in [0, 1) of a shape, a pure function of the two int32 seeds (Philox).
 */
export function statelessUniform(shape: number[], seed: readonly [number, number]): tf.Tensor {
  const attributes = [
    typeAttribute("dtype", "TF_FLOAT"),
    typeAttribute("T", "TF_INT32"),
    typeAttribute("Tseed", "TF_INT32"),
  ];
  return backend().executeSingleOutput("StatelessRandomUniform", attributes, [
    tf.tensor1d(shape, "int32"),
    tf.tensor1d([...seed], "int32"),
  ]);
}
