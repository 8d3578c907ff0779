import pLimit from "p-limit";
import { StorageUnavailable } from "./storage/failures.ts";

/**
 * Writes one at a time, so that memory and database change in the same order. Writes that were
 * queued when the database failed fail with it: each of them would only wait for the same failure.
 */
export class WriteQueue {
  readonly #limit = pLimit(1);
  #failure: { error: StorageUnavailable; at: number } | undefined;

  /** Writes that have not begun. */
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
