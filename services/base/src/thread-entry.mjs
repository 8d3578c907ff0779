import { workerData } from "node:worker_threads";

// Where Node does not strip types itself, tsx does. It reaches the main thread only: a worker thread inherits
// `--import`, which does nothing there, so the thread registers tsx again.
if (new URL(workerData.program).pathname.endsWith(".ts") && !process.features.typescript)
  (await import("tsx/esm/api")).register();
await import(workerData.program);
