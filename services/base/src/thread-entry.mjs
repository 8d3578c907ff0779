import { workerData } from "node:worker_threads";
import { register } from "tsx/esm/api";

// tsx reaches the main thread only: `--import tsx` is inherited by a worker thread and does nothing there.
register();
await import(workerData.program);
