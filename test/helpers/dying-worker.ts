import { parentPort } from "node:worker_threads";
import type { Padded } from "@undertone/models";
import { logitsOf, wordId } from "./weights.ts";

/**
 * The tiny model with flaws. It dies of "constructor" in the way of `?fault=`, and of "fine" in a
 * company.
 */
const fault = new URL(import.meta.url).searchParams.get("fault") ?? "exit";
const FAULTS: Record<string, () => void> = {
  exit: () => process.exit(1),
  throw: () => {
    throw new Error("thrown");
  },
  hang: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
  spin: () => {
    for (;;) Math.random();
  },
  memory: () => {
    for (const hoard: unknown[] = []; ; ) hoard.push(new Array(100_000).fill({}));
  },
  error: () => parentPort!.postMessage({ error: "the session failed" }),
  shape: () => parentPort!.postMessage({ logits: new Float32Array(1), inferMs: 0 }),
  infinite: () => parentPort!.postMessage({ logits: new Float32Array(64).fill(Number.NaN), inferMs: 0 }),
};

parentPort!.on("message", (padded: Padded) => {
  if (padded.ids.includes(wordId("constructor"))) return FAULTS[fault]!();
  if (padded.batch > 1 && padded.ids.includes(wordId("fine"))) throw new Error("not in company");
  parentPort!.postMessage({ logits: logitsOf(padded), inferMs: 0 });
});
parentPort!.postMessage({ provider: "cpu" });
