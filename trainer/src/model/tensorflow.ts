import util from "node:util";

// tfjs-node 4.22 calls two functions that Node 23 removed from `node:util`.
const removed = util as unknown as Record<string, unknown>;
removed.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
removed.isArray ??= Array.isArray;

/**
 * TensorFlow.js on every supported Node.js. All code that computes with tensors imports it from
 * here.
 */
export * from "@tensorflow/tfjs-node-gpu";
