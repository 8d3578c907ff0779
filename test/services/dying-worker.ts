import { readFileSync } from "node:fs";
import { parentPort } from "node:worker_threads";
import type { Padded } from "@undertone/models";

/** The tiny model without a graph, with two flaws: it dies of "constructor", and of "fine" in company. */
const weightsFile = new URL("../fixtures/tiny-model/weights.json", import.meta.url);
const weights: Record<string, number> = JSON.parse(readFileSync(weightsFile, "utf8"));
const words = Object.keys(weights);
const values = Object.values(weights);

parentPort!.on("message", ({ ids, lengths, batch, time }: Padded) => {
  if (ids.includes(words.indexOf("constructor"))) process.exit(1);
  if (batch > 1 && ids.includes(words.indexOf("fine"))) throw new Error("not in company");
  const logits = new Float32Array(2 * batch);
  lengths.forEach((length, row) => {
    const tokens = ids.subarray(row * time, row * time + length);
    const mean = tokens.reduce((sum, id) => sum + values[id]!, 0) / length;
    logits.set([-mean, mean], 2 * row);
  });
  parentPort!.postMessage({ logits, inferMs: 0 });
});
parentPort!.postMessage({ provider: "cpu", precision: "float32" });
