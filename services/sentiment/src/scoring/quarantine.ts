import { LRUCache } from "lru-cache";
import type { QueuedText } from "./queued-text.ts";

/** Keys that are remembered; the least recently used key is forgotten first. */
const CAPACITY = 10_000;

/**
 * Poison texts: each made two workers fail. They are refused from then on, by the hash of their
 * ids.
 */
export class Quarantine {
  readonly #keys = new LRUCache<string, true>({ max: CAPACITY });

  add(text: QueuedText): void {
    this.#keys.set(text.key, true);
  }

  has(text: QueuedText): boolean {
    return this.#keys.size > 0 && this.#keys.get(text.key) === true;
  }
}
