import type { Tensor1D, Tensor2D, Tensor3D } from "../tensorflow.ts";

/**
 * The weights of one LSTM in one direction. The four gates are in the order input, forget,
 * candidate, output (TensorFlow's `BlockLSTMV2`), with `units` columns each.
 */
export interface LstmWeights {
  /** float32 `[depth + units, 4 * units]`: the rows of x, then the rows of h. */
  kernel: Tensor2D;
  /** float32 `[4 * units]`. */
  bias: Tensor1D;
}

/** Runs one direction: x float32 `[time, batch, depth]` -> h float32 `[time, batch, units]`. */
export type Lstm = (x: Tensor3D, weights: LstmWeights) => Tensor3D;
