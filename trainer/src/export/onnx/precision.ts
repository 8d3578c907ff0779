import type { GraphBuilder } from "./graph.ts";
import type { OnnxLstmWeights } from "./lstm-weights.ts";

/** How the embedding table and the LSTM's weights stand in the graph. */
export interface Precision {
  /**
   * @param table float32 `[words, depth]` row-major
   * @param ids name of int32 `[time, batch]`
   * @returns name of float32 `[time, batch, depth]`
   */
  embed(g: GraphBuilder, table: Float32Array, depth: number, ids: string): string;
  /**
   * @param x name of float32 `[time, batch, depth]`
   * @param outputs names for the states `[time, directions, batch, units]` and the last ones `[directions, batch, units]`
   */
  lstm(g: GraphBuilder, name: string, x: string, weights: OnnxLstmWeights, outputs: string[]): void;
}

const attributes = ({ units, directions }: OnnxLstmWeights) => ({
  hidden_size: units,
  direction: directions === 2 ? "bidirectional" : "forward",
});

/** Everything in float32: the standard's own operators, for any execution provider. */
export const FLOAT32: Precision = {
  embed(g, table, depth, ids) {
    g.floats("embedding", [table.length / depth, depth], table);
    return g.node("Gather", "embedded", ["embedding", ids]);
  },
  lstm(g, name, x, weights, outputs) {
    const { w, r, b, directions, depth, units } = weights;
    const inputs = [
      x,
      g.floats(`${name}.w`, [directions, 4 * units, depth], w),
      g.floats(`${name}.r`, [directions, 4 * units, units], r),
      g.floats(`${name}.b`, [directions, 8 * units], b),
      "lengths",
    ];
    g.nodeWithOutputs("LSTM", name, inputs, outputs, attributes(weights));
  },
};

/**
 * Without VNNI, x86 adds products of u8 and s8 in pairs in 16 bits, which saturates with weights of 8 bits: 7 are used
 * (onnxruntime calls it `reduce_range`).
 */
const WEIGHT_LEVELS = 63;
const TABLE_LEVELS = 127;

/**
 * Embedding table int8 with a scale a row; LSTM weights int8 with a scale a column, multiplied by
 * onnxruntime's `DynamicQuantizeLSTM`, which quantises activations as it goes. Gates and states stay float32. For CPUs.
 */
export const INT8: Precision = {
  embed(g, table, depth, ids) {
    const words = table.length / depth;
    const { values, scales } = quantise(table, words, depth, TABLE_LEVELS);
    g.int8s("embedding", [words, depth], values);
    g.floats("embedding.scale", [words, 1], scales);
    const rows = g.node("Gather", "embedded.int8", ["embedding", ids]);
    const scale = g.node("Gather", "embedded.scale", ["embedding.scale", ids]);
    return g.node("Mul", "embedded", [g.node("Cast", "embedded.float", [rows], { to: 1 }), scale]);
  },
  lstm(g, name, x, weights, outputs) {
    const { w, r, b, directions, depth, units } = weights;
    const [input, recurrent] = (
      [
        ["w", w, depth],
        ["r", r, units],
      ] as const
    ).map(([part, values, rows]) => {
      const quantised = quantise(values, directions * 4 * units, rows, WEIGHT_LEVELS);
      const inputMajor = transpose(quantised.values, directions, 4 * units, rows);
      const scales = [directions, 4 * units];
      return {
        values: g.int8s(`${name}.${part}`, [directions, rows, 4 * units], inputMajor),
        scale: g.floats(`${name}.${part}.scale`, scales, quantised.scales),
        zero: g.int8s(`${name}.${part}.zero`, scales, new Int8Array(directions * 4 * units)),
      };
    });
    const bias = g.floats(`${name}.b`, [directions, 8 * units], b);
    const states = ["lengths", "", "", ""];
    const quantisation = [input!.scale, input!.zero, recurrent!.scale, recurrent!.zero];
    const inputs = [x, input!.values, recurrent!.values, bias, ...states, ...quantisation];
    g.nodeWithOutputs("DynamicQuantizeLSTM", name, inputs, outputs, attributes(weights), "com.microsoft");
  },
};

/** Symmetric quantisation of `[rows, columns]`, one scale a row: value = scale * level. */
function quantise(values: Float32Array, rows: number, columns: number, levels: number) {
  const quantised = new Int8Array(values.length);
  const scales = new Float32Array(rows);
  for (let row = 0; row < rows; row++) {
    const part = values.subarray(row * columns, (row + 1) * columns);
    const largest = part.reduce((max, v) => Math.max(max, Math.abs(v)), 0);
    scales[row] = largest / levels || 1;
    for (let i = 0; i < columns; i++) quantised[row * columns + i] = Math.round(part[i]! / scales[row]!);
  }
  return { values: quantised, scales };
}

/** `[blocks, rows, columns]` -> `[blocks, columns, rows]`. */
function transpose(values: Int8Array, blocks: number, rows: number, columns: number): Int8Array {
  const result = new Int8Array(values.length);
  for (let block = 0; block < blocks; block++) {
    const at = block * rows * columns;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++)
        result[at + column * rows + row] = values[at + row * columns + column]!;
    }
  }
  return result;
}
