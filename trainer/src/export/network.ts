import { getFloat16, setFloat16 } from "@petamoriken/float16";
import type { NgramLayout } from "../model/ngrams.ts";
import type { Parameter } from "../model/parameters.ts";
import type { Architecture } from "../preset.ts";

/**
 * A trained network: its shape, its parameters (flat), its embedding table float32
 * `[words, embedding]`.
 */
export interface TrainedNetwork {
  architecture: Architecture;
  list: Parameter[];
  parameters: Float32Array;
  table: Float32Array;
  /** The weights of the linear term: words, bigrams, trigrams; empty if there is no term. */
  ngrams: Float32Array;
  layout: NgramLayout | undefined;
}

/**
 * The network as its graph will hold it, with tables rounded to float16. All figures are measured
 * on it.
 */
export const publishedNetwork = <T extends TrainedNetwork>(network: T): T => ({
  ...network,
  table: roundToFloat16(network.table),
  ngrams: roundToFloat16(network.ngrams),
});

function roundToFloat16(values: Float32Array): Float32Array {
  const cell = new DataView(new ArrayBuffer(2));
  return values.map((value) => {
    setFloat16(cell, 0, value);
    return getFloat16(cell, 0);
  });
}
