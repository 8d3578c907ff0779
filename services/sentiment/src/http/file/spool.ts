import { setTimeout as sleep } from "node:timers/promises";
import { type DiskBudget, UnlinkedFile } from "./unlinked-file.ts";

/** How often to check whether the client's bytes must go to disk. */
const LOOK_MS = 50;

/**
 * Passes bytes on in their order. While `aside()` is true, bytes that the reader does not need yet
 * go to disk:
 *
 *   source ─ when the reader is waiting ──────────────────────────> reader
 *          └ while `aside()` and the disk budget lasts ─> file ────┘
 *
 * Many clients, such as browsers, send a whole file before they read any of the answer. With the
 * file on disk the memory for them does not grow. Without space they have to wait. `signal` ends
 * it.
 */
export async function* spool(
  source: AsyncIterable<Buffer>,
  aside: () => boolean,
  room: DiskBudget,
  signal: AbortSignal,
): AsyncGenerator<Buffer> {
  const file = new UnlinkedFile(room);
  const reader = new Wakeup();
  const writer = new Wakeup();
  let ready: Buffer | undefined; // older than the bytes in the file
  let end: { error?: unknown } | undefined;
  let left = false;

  const pass = async (chunk: Buffer) => {
    while (!left) {
      if (reader.waits && file.isEmpty) {
        ready = chunk;
        reader.wake();
        return;
      }
      if (aside() && (await file.append(chunk))) {
        reader.wake();
        return;
      }
      await Promise.race([writer.wait(), sleep(LOOK_MS)]);
    }
  };
  const pump = async () => {
    const chunks = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        while (!left && !reader.waits && !aside()) await Promise.race([writer.wait(), sleep(LOOK_MS)]);
        const { value, done } = left ? { value: undefined, done: true } : await chunks.next();
        if (done === true) break;
        await pass(value!);
      }
      end = {};
    } catch (error) {
      end = { error };
    }
    reader.wake();
    // Not awaited, because a source that is waiting for input returns only when input arrives.
    chunks.return?.().catch(() => {});
  };

  pump(); // an error is in `end`
  const leave = () => {
    left = true;
    end ??= { error: signal.reason };
    writer.wake();
    reader.wake();
  };
  signal.addEventListener("abort", leave, { once: true });
  try {
    for (;;) {
      if (ready !== undefined) {
        const chunk = ready;
        ready = undefined;
        yield chunk;
      } else if (!file.isEmpty) yield await file.read();
      else if (end === undefined) {
        const woken = reader.wait();
        writer.wake();
        await woken;
      } else if ("error" in end) throw end.error;
      else return;
    }
  } finally {
    signal.removeEventListener("abort", leave);
    leave();
    await file.close();
  }
}

/** One side that waits for the other. */
class Wakeup {
  #woken: Promise<void> | undefined;
  #wake = () => {};

  get waits(): boolean {
    return this.#woken !== undefined;
  }

  wait(): Promise<void> {
    this.#woken ??= new Promise((resolve) => {
      this.#wake = resolve;
    });
    return this.#woken;
  }

  wake(): void {
    this.#woken = undefined;
    this.#wake();
  }
}
