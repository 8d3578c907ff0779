import { parentPort } from "node:worker_threads";
import type { Padded } from "@undertone/models";
import { logitsOf } from "./weights.ts";

/** The time that the tiny model takes for every batch, in milliseconds. */
const BATCH_MS = 40;

parentPort!.on("message", (padded: Padded) => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BATCH_MS);
  parentPort!.postMessage({ logits: logitsOf(padded), inferMs: BATCH_MS });
});
parentPort!.postMessage({ provider: "cpu" });
