import { readFileSync } from "node:fs";
import type { Padded } from "@undertone/models";

/** The tiny model without its graph, for the tests' own worker threads. */
const weightsFile = new URL("../fixtures/tiny-model/weights.json", import.meta.url);
const weights: Record<string, number> = JSON.parse(readFileSync(weightsFile, "utf8"));
const words = Object.keys(weights);
const values = Object.values(weights);

export const wordId = (word: string) => words.indexOf(word);

/** Maps ids int32 `[batch, time]` and lengths int32 `[batch]` to logits float32 `[batch, 2]`. */
export function logitsOf({ ids, lengths, batch, time }: Padded): Float32Array {
  const logits = new Float32Array(2 * batch);
  lengths.forEach((length, row) => {
    const tokens = ids.subarray(row * time, row * time + length);
    const mean = tokens.reduce((sum, id) => sum + values[id]!, 0) / length;
    logits.set([-mean, mean], 2 * row);
  });
  return logits;
}
