import type { Architecture } from "../preset.ts";
import { generator } from "../random.ts";

/** One trained array: its name, its shape, and its offset in the flat array of all parameters. */
export interface Parameter {
  name: string;
  shape: number[];
  offset: number;
  size: number;
}

/**
 * The network's trained arrays in a fixed order, without embeddings and n-gram weights:
 * `lstm.<layer>.<direction>.kernel` `[depth + units, 4 * units]` and `.bias` `[4 * units]`, then
 * `dense.kernel` `[features, 2]` and `dense.bias` `[2]`. With an ordinal output the last two are
 * `dense.kernel` `[features, 1]` and `thresholds` `[thresholds]`.
 */
export function parameterList(architecture: Architecture): Parameter[] {
  const { layers, units, bidirectional, embedding, output, thresholds } = architecture;
  const list: Parameter[] = [];
  const add = (name: string, shape: number[]) => {
    const last = list.at(-1);
    const offset = last ? last.offset + last.size : 0;
    list.push({ name, shape, offset, size: shape.reduce((a, b) => a * b, 1) });
  };
  const directions = bidirectional ? 2 : 1;
  for (let layer = 0; layer < layers; layer++) {
    const depth = layer === 0 ? embedding : directions * units;
    for (let direction = 0; direction < directions; direction++) {
      add(`lstm.${layer}.${direction}.kernel`, [depth + units, 4 * units]);
      add(`lstm.${layer}.${direction}.bias`, [4 * units]);
    }
  }
  const features = 2 * directions * units; // of either head
  add("dense.kernel", [features, output === "ordinal" ? 1 : 2]);
  if (output === "ordinal") add("thresholds", [thresholds]);
  else add("dense.bias", [2]);
  return list;
}

/**
 * The initial values, one flat float32 array in the order of the list: kernels uniform (Glorot and
 * Bengio 2010), biases zero, the forget gate's bias 1 (Jozefowicz et al. 2015). Thresholds start at
 * distance one, with the highest value for the lowest rating.
 */
export function initialParameters(list: Parameter[], seed: number): Float32Array {
  const random = generator(seed);
  const last = list.at(-1)!;
  const values = new Float32Array(last.offset + last.size);
  for (const { name, shape, offset, size } of list) {
    if (shape.length === 2) {
      const gates = name.startsWith("lstm") ? 4 : 1;
      const limit = Math.sqrt(6 / (shape[0]! + shape[1]! / gates));
      for (let i = 0; i < size; i++) values[offset + i] = (2 * random() - 1) * limit;
    } else if (name.startsWith("lstm")) {
      const units = size / 4;
      values.fill(1, offset + units, offset + 2 * units);
    } else if (name === "thresholds") {
      for (let k = 0; k < size; k++) values[offset + k] = (size - 1) / 2 - k;
    }
  }
  return values;
}
