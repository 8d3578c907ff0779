import { type ResourceLimits, Worker } from "node:worker_threads";

/**
 * Opens a worker thread that runs a TypeScript file, given by its URL, with `data` as
 * `workerData.data`. With a heap limit only the thread ends if it runs out of memory. In a bundle
 * (docker/bundle.ts) the file is JavaScript of the same name.
 */
export function openThread(program: string, data: unknown, resourceLimits: ResourceLimits = {}): Worker {
  const bundled = !import.meta.url.endsWith(".ts");
  const workerData = { program: bundled ? program.replace(/\.ts$/, ".js") : program, data };
  return new Worker(new URL("./thread-entry.mjs", import.meta.url), { workerData, resourceLimits });
}
