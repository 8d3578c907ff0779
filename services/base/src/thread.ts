import { type ResourceLimits, Worker } from "node:worker_threads";

/**
 * A worker thread that runs a TypeScript file, given by its URL; `data` reaches it as `workerData.data`. With a limit on
 * its JavaScript heap it ends alone when it runs out of memory.
 */
export function openThread(program: string, data: unknown, resourceLimits: ResourceLimits = {}): Worker {
  const entry = new URL("./thread-entry.mjs", import.meta.url);
  return new Worker(entry, { workerData: { program, data }, resourceLimits });
}
