import { readFile } from "node:fs/promises";
import type { Parameter } from "../model/parameters.ts";
import type { Weights } from "./checkpoint.ts";

/** A linear model of words, bigrams and trigrams, in the form of the network's own term. */
export interface LinearModel {
  ngrams: Float32Array;
  intercept: number;
}

/** Reads the file of `linear_term.py`: float32 weights, then the constant. */
export async function readLinearModel(file: string): Promise<LinearModel> {
  const { buffer, byteOffset, byteLength } = await readFile(file);
  const values = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength));
  return { ngrams: values.subarray(0, -1), intercept: values.at(-1)! };
}

/**
 * The network whose log-odds are the mean of the given network's and of the linear model's, with
 * the weight `share` for the latter. The linear model is added to the network's linear term, so the
 * graph has the same operations.
 * @param list the arrays of a network with an ordinal output and a linear term
 * @throws Error if the linear model has another size
 */
export function withLinearModel(
  { parameters, table, ngrams }: Weights,
  list: readonly Parameter[],
  linear: LinearModel,
  share: number,
): Weights {
  if (linear.ngrams.length !== ngrams.length)
    throw new Error(`the linear model has ${linear.ngrams.length} weights, expected ${ngrams.length}`);
  const mixed = parameters.slice();
  for (const { name, offset, size } of list) {
    const constant = name === "thresholds" ? share * linear.intercept : 0;
    if (name !== "thresholds" && name !== "dense.kernel") continue;
    for (let i = offset; i < offset + size; i++) mixed[i] = (1 - share) * mixed[i]! + constant;
  }
  return {
    parameters: mixed,
    table,
    ngrams: ngrams.map((value, i) => (1 - share) * value + share * linear.ngrams[i]!),
  };
}
