import { lstmLayer } from "../../src/model/lstm/directions.ts";
import { fusedLstm } from "../../src/model/lstm/fused.ts";
import type { Lstm, LstmWeights } from "../../src/model/lstm/weights.ts";
import * as tf from "../../src/model/tensorflow.ts";
import { generator } from "../../src/random.ts";
import type { Kind } from "./kind.ts";
import { plainRnn } from "./rnn.ts";

const RECURRENCES: Record<Kind, { recurrence: Lstm; gates: number; directions: number }> = {
  RNN: { recurrence: plainRnn, gates: 1, directions: 1 },
  LSTM: { recurrence: fusedLstm, gates: 4, directions: 1 },
  BiLSTM: { recurrence: fusedLstm, gates: 4, directions: 2 },
};

/** One recurrent layer, and a linear layer on the last state of each direction. */
export interface Net {
  variables: tf.Variable[];
  parameters: number;
  /**
   * x float32 `[time, batch, depth]`, lengths int32 `[batch]`, all equal to time -> logits float32
   * `[batch, 2]`.
   */
  logits(x: tf.Tensor3D, lengths: tf.Tensor1D): tf.Tensor2D;
}

/**
 * The initial weights, as in the trainer: kernels uniform (Glorot and Bengio 2010), biases zero, an
 * LSTM's forget gate 1.
 */
export function newNet(kind: Kind, depth: number, units: number, seed: number): Net {
  const { recurrence, gates, directions } = RECURRENCES[kind];
  const random = generator(seed);
  const glorot = (rows: number, columns: number, fanOut: number) => {
    const limit = Math.sqrt(6 / (rows + fanOut));
    const values = Float32Array.from({ length: rows * columns }, () => (2 * random() - 1) * limit);
    return tf.variable(tf.tensor2d(values, [rows, columns]));
  };
  const layer: LstmWeights[] = Array.from({ length: directions }, () => {
    const bias = new Float32Array(gates * units);
    if (gates === 4) bias.fill(1, units, 2 * units);
    return {
      kernel: glorot(depth + units, gates * units, units),
      bias: tf.variable(tf.tensor1d(bias)),
    } as LstmWeights;
  });
  const dense = { kernel: glorot(directions * units, 2, 2), bias: tf.variable(tf.zeros([2])) };
  const variables = [...layer, dense].flatMap(({ kernel, bias }) => [kernel, bias] as tf.Variable[]);
  return {
    variables,
    parameters: variables.reduce((sum, { size }) => sum + size, 0),
    logits(x, lengths) {
      const [time, batch] = x.shape;
      const states = lstmLayer(recurrence, x, lengths, layer);
      const last = [time - 1, 0].slice(0, directions).map((step, direction) => {
        return tf.reshape(tf.slice(states, [step, 0, direction * units], [1, batch, units]), [batch, units]);
      });
      return tf.add(tf.matMul(tf.concat(last, 1), dense.kernel), dense.bias);
    },
  };
}
