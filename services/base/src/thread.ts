import { type ResourceLimits, Worker } from "node:worker_threads";

/**
 * A worker thread that runs a TypeScript file, given by its URL; `data` reaches it as
 * `workerData.data`. With a limit on its JavaScript heap it ends alone when it runs out of memory.
 * Where this code is bundled (docker/bundle.ts), the file is JavaScript of the same name.
 */
export function openThread(program: string, data: unknown, resourceLimits: ResourceLimits = {}): Worker {
  const bundled = !import.meta.url.endsWith(".ts");
  const workerData = { program: bundled ? program.replace(/\.ts$/, ".js") : program, data };
  return new Worker(new URL("./thread-entry.mjs", import.meta.url), { workerData, resourceLimits });
}
