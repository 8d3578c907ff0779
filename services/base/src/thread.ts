import { Worker } from "node:worker_threads";

/** A worker thread that runs a TypeScript file, given by its URL; `data` reaches it as `workerData.data`. */
export function openThread(program: string, data: unknown): Worker {
  return new Worker(new URL("./thread-entry.mjs", import.meta.url), { workerData: { program, data } });
}
