import { LRUCache } from "lru-cache";
import type { Item } from "./item.ts";

/** How many are remembered; the one not seen for longest is forgotten first. */
const CAPACITY = 10_000;

/** Texts that made two workers fail, remembered by the hash of their ids: they reach no third. */
export class Culprits {
  readonly #keys = new LRUCache<string, true>({ max: CAPACITY });

  add(item: Item): void {
    this.#keys.set(item.key, true);
  }

  has(item: Item): boolean {
    return this.#keys.size > 0 && this.#keys.get(item.key) === true;
  }
}
