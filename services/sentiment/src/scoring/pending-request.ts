import type { QueuedText } from "./queued-text.ts";

/** The texts of one request that are still in the queue. */
export class PendingRequest {
  /** Tokens of the whole request, including the texts that a batch has already taken. */
  readonly size: number;
  readonly #texts: QueuedText[]; // the longest last
  #tokens: number;

  constructor(texts: readonly QueuedText[]) {
    this.#texts = texts.toSorted((a, b) => a.ids.length - b.ids.length);
    this.size = tokensOf(texts);
    this.#tokens = this.size;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Tokens of the longest text in the queue; 0 when no text is left. */
  get longest(): number {
    return this.#texts.at(-1)?.ids.length ?? 0;
  }

  /** Removes and returns the longest text that has between `least` and `most` tokens. */
  take(least: number, most: number): QueuedText | undefined {
    const index = this.#countUpTo(most) - 1;
    if (index < 0 || this.#texts[index]!.ids.length < least) return undefined;
    const [text] = this.#texts.splice(index, 1);
    this.#tokens -= text!.ids.length;
    return text;
  }

  takeAll(): QueuedText[] {
    this.#tokens = 0;
    return this.#texts.splice(0);
  }

  /** The number of texts that have at most this many tokens (binary search). */
  #countUpTo(tokens: number): number {
    if (this.longest <= tokens) return this.#texts.length;
    let low = 0;
    let high = this.#texts.length - 1; // the text at `high` is known to be longer
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#texts[middle]!.ids.length <= tokens) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

export function tokensOf(texts: readonly QueuedText[]): number {
  return texts.reduce((sum, { ids }) => sum + ids.length, 0);
}
