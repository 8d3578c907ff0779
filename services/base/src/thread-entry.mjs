import { workerData } from "node:worker_threads";

// tsx reaches the main thread only: `--import tsx` is inherited by a worker thread and does nothing there.
if (new URL(workerData.program).pathname.endsWith(".ts")) (await import("tsx/esm/api")).register();
await import(workerData.program);
