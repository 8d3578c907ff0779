import pLimit from "p-limit";
import { StorageUnavailable } from "./storage/failures.ts";

/**
 * Runs one write at a time, so that memory and database change in the same order. If the database
 * fails, all queued writes fail at once: otherwise each of them would wait for the same failure.
 */
export class WriteQueue {
  readonly #limit = pLimit(1);
  #failure: { error: StorageUnavailable; at: number } | undefined;

  /** The number of writes that have not begun. */
  get pending(): number {
    return this.#limit.pendingCount;
  }

  run<T>(write: () => Promise<T>): Promise<T> {
    const queuedAt = performance.now();
    return this.#limit(async () => {
      if (this.#failure !== undefined && queuedAt < this.#failure.at) throw this.#failure.error;
      try {
        return await write();
      } catch (error) {
        if (error instanceof StorageUnavailable) this.#failure = { error, at: performance.now() };
        throw error;
      }
    });
  }
}
