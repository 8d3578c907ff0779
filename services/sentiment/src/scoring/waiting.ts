import type { Item } from "./item.ts";

/** What still waits of one request. */
export class Waiting {
  /** Tokens of the whole request, taken items included. */
  readonly size: number;
  readonly #items: Item[]; // the longest last
  #tokens: number;

  constructor(items: readonly Item[]) {
    this.#items = items.toSorted((a, b) => a.ids.length - b.ids.length);
    this.size = tokensOf(items);
    this.#tokens = this.size;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Tokens of the longest item; 0 when nothing waits. */
  get longest(): number {
    return this.#items.at(-1)?.ids.length ?? 0;
  }

  /** Takes the longest item of `least` to `most` tokens. */
  take(least: number, most: number): Item | undefined {
    const index = this.#countUpTo(most) - 1;
    if (index < 0 || this.#items[index]!.ids.length < least) return undefined;
    const [item] = this.#items.splice(index, 1);
    this.#tokens -= item!.ids.length;
    return item;
  }

  takeAll(): Item[] {
    this.#tokens = 0;
    return this.#items.splice(0);
  }

  /** How many items have at most this many tokens. */
  #countUpTo(tokens: number): number {
    if (this.longest <= tokens) return this.#items.length;
    let low = 0;
    let high = this.#items.length - 1; // the item at `high` is known to be longer
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#items[middle]!.ids.length <= tokens) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function tokensOf(items: readonly Item[]): number {
  return items.reduce((sum, { ids }) => sum + ids.length, 0);
}
