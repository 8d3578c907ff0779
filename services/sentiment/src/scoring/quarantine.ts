import { LRUCache } from "lru-cache";
import type { QueuedText } from "./queued-text.ts";

/** How many are remembered; the one not seen for longest is forgotten first. */
const CAPACITY = 10_000;

/** Texts that made two workers fail, remembered by the hash of their ids: they reach no third. */
export class Quarantine {
  readonly #keys = new LRUCache<string, true>({ max: CAPACITY });

  add(text: QueuedText): void {
    this.#keys.set(text.key, true);
  }

  has(text: QueuedText): boolean {
    return this.#keys.size > 0 && this.#keys.get(text.key) === true;
  }
}
