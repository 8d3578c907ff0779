import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { isMainThread, parentPort } from "node:worker_threads";

/**
 * Loaded with --import into the real process, and so into each of its worker threads. A batch with a
 * certain token kills its worker. FLAWS is JSON:
 * `{ folder, always: { fault: token id }, once: { fault: token id } }`. With `once` each text kills only
 * one worker; the folder keeps for all threads which texts have done so.
 */
const FAULTS = {
  exit: () => process.exit(1),
  process: () => process.kill(process.pid, "SIGKILL"), // as a fault of native code does
  throw: () => {
    throw new Error("thrown");
  },
  memory: () => {
    for (const hoard = []; ; ) hoard.push(new Array(100_000).fill({}));
  },
  hang: () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0),
};

if (!isMainThread && process.env.FLAWS) {
  const { folder, always, once } = JSON.parse(process.env.FLAWS);
  const on = parentPort.on.bind(parentPort);
  parentPort.on = (event, listener) => {
    if (event !== "message") return on(event, listener);
    return on(event, (batch) => {
      for (const [fault, id] of Object.entries(always)) if (batch.ids.includes(id)) return FAULTS[fault]();
      for (const [fault, id] of Object.entries(once)) {
        if (batch.ids.includes(id) && isFirst(folder, batch, id)) return FAULTS[fault]();
      }
      return listener(batch);
    });
  };
}

/** Whether this text has its first try. The test is atomic, because a folder can be made only once. */
function isFirst(folder, { ids, lengths, time }, id) {
  for (let row = 0; row < lengths.length; row++) {
    const text = ids.subarray(row * time, row * time + lengths[row]);
    if (!text.includes(id)) continue;
    try {
      mkdirSync(path.join(folder, createHash("sha256").update(text).digest("hex")));
      return true;
    } catch {
      // It was here.
    }
  }
  return false;
}
