import type { Parameter } from "../../model/parameters.ts";

/** Our gate order i, f, c, o -> ONNX's i, o, f, c. */
const GATES = [0, 3, 1, 2];

export interface OnnxLstmWeights {
  /** float32 `[directions, 4 * units, depth]` */
  w: Float32Array;
  /** float32 `[directions, 4 * units, units]` */
  r: Float32Array;
  /** float32 `[directions, 8 * units]`: the input biases, then the recurrent ones (zero) */
  b: Float32Array;
  directions: number;
  depth: number;
  units: number;
}

/**
 * Turns one layer's kernels `[depth + units, 4 * units]` and biases into the three inputs of ONNX's
 * LSTM.
 */
export function onnxLstmWeights(list: Parameter[], values: Float32Array, layer: number): OnnxLstmWeights {
  const { kernels, biases, units, depth } = layerShape(list, layer);
  const directions = kernels.length;
  const w = new Float32Array(directions * 4 * units * depth);
  const r = new Float32Array(directions * 4 * units * units);
  const b = new Float32Array(directions * 8 * units);
  for (let d = 0; d < directions; d++) {
    for (let row = 0; row < 4 * units; row++) {
      const column = GATES[Math.floor(row / units)]! * units + (row % units);
      const at = (k: number) => values[kernels[d]!.offset + k * 4 * units + column]!;
      for (let k = 0; k < depth; k++) w[(d * 4 * units + row) * depth + k] = at(k);
      for (let k = 0; k < units; k++) r[(d * 4 * units + row) * units + k] = at(depth + k);
      b[d * 8 * units + row] = values[biases[d]!.offset + column]!;
    }
  }
  return { w, r, b, directions, depth, units };
}

/**
 * The way back of {@link onnxLstmWeights}: writes one layer's kernels and biases into `values`.
 * @param read the graph's constant of a name
 */
export function trainedLstmWeights(
  list: Parameter[],
  values: Float32Array,
  layer: number,
  read: (name: string) => Float32Array,
): void {
  const [w, r, b] = ["w", "r", "b"].map((part) => read(`lstm.${layer}.${part}`));
  const { kernels, biases, units, depth } = layerShape(list, layer);
  const sizes = [w!.length, r!.length, b!.length];
  const expected = [depth, units, 2].map((width) => kernels.length * 4 * units * width);
  if (sizes.join() !== expected.join())
    throw new Error(`the graph's lstm.${layer} has ${sizes} numbers, expected ${expected}`);
  for (let d = 0; d < kernels.length; d++) {
    for (let row = 0; row < 4 * units; row++) {
      const column = GATES[Math.floor(row / units)]! * units + (row % units);
      const set = (k: number, value: number) => {
        values[kernels[d]!.offset + k * 4 * units + column] = value;
      };
      for (let k = 0; k < depth; k++) set(k, w![(d * 4 * units + row) * depth + k]!);
      for (let k = 0; k < units; k++) set(depth + k, r![(d * 4 * units + row) * units + k]!);
      values[biases[d]!.offset + column] = b![d * 8 * units + row]!;
    }
  }
}

/** One layer's arrays, a pair for each direction, and its sizes. */
function layerShape(list: Parameter[], layer: number) {
  const ofLayer = list.filter(({ name }) => name.startsWith(`lstm.${layer}.`));
  const kernels = ofLayer.filter(({ name }) => name.endsWith(".kernel"));
  const biases = ofLayer.filter(({ name }) => name.endsWith(".bias"));
  const units = kernels[0]!.shape[1]! / 4;
  return { kernels, biases, units, depth: kernels[0]!.shape[0]! - units };
}
