import { parentPort } from "node:worker_threads";
import type { Padded } from "@undertone/models";
import { logitsOf, wordId } from "./fixture-weights.ts";

/** The tiny model with two flaws: it dies of "constructor", and of "fine" in company. */
parentPort!.on("message", (padded: Padded) => {
  if (padded.ids.includes(wordId("constructor"))) process.exit(1);
  if (padded.batch > 1 && padded.ids.includes(wordId("fine"))) throw new Error("not in company");
  parentPort!.postMessage({ logits: logitsOf(padded), inferMs: 0 });
});
parentPort!.postMessage({ provider: "cpu", precision: "float32" });
