import { type Lanes, laneOf, takeBatch } from "./batch.ts";
import type { Item } from "./item.ts";
import { Refusal } from "./refusal.ts";

/** Encoded texts that wait for a worker, bounded in tokens. */
export class Queue {
  readonly #maxTokens: number;
  readonly #batchTokens: number;
  readonly #lanes: Lanes = new Map();
  readonly #retries: Item[] = [];
  #tokens = 0;
  #closed: Refusal | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: { maxQueueTokens: number; batchTokens: number }) {
    this.#maxTokens = options.maxQueueTokens;
    this.#batchTokens = options.batchTokens;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Why nothing can be added now, if so. */
  get refusal(): Refusal | undefined {
    return this.#closed ?? (this.#tokens < this.#maxTokens ? undefined : overloaded());
  }

  /** Adds all or none. An empty queue takes any one request, so that no legal request is refused for ever. */
  add(items: readonly Item[]): void {
    const tokens = items.reduce((sum, { ids }) => sum + ids.length, 0);
    if (this.#closed !== undefined) throw this.#closed;
    if (this.#tokens > 0 && this.#tokens + tokens > this.#maxTokens) throw overloaded();
    for (const item of items) {
      const lane = this.#lanes.get(laneOf(item));
      if (lane === undefined) this.#lanes.set(laneOf(item), [item]);
      else lane.push(item);
    }
    this.#tokens += tokens;
    this.#wake();
  }

  /** Gives an item whose worker failed a second try, alone: if it is the culprit, nobody falls with it. */
  retry(item: Item): void {
    if (this.#closed !== undefined) {
      item.settle(this.#closed);
      return;
    }
    item.retried = true;
    this.#retries.push(item);
    this.#tokens += item.ids.length;
    this.#wake();
  }

  /** The next batch, or nothing. Items nobody waits for any more are dropped on the way. */
  take(): Item[] {
    for (;;) {
      const retry = this.#retries.shift();
      const batch = retry === undefined ? takeBatch(this.#lanes, this.#batchTokens) : [retry];
      for (const { ids } of batch) this.#tokens -= ids.length;
      const wanted = batch.filter((item) => item.signal?.aborted !== true);
      if (wanted.length < batch.length) this.#drop(batch.filter((item) => item.signal?.aborted === true));
      if (wanted.length > 0 || batch.length === 0) return wanted;
    }
  }

  /** Resolves when something was added, or the queue was closed. */
  arrival(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** From now on everything is refused with this, and so is what waits. */
  close(refusal: Refusal): void {
    this.#closed ??= refusal;
    for (let batch = this.take(); batch.length > 0; batch = this.take()) {
      for (const item of batch) item.settle(refusal);
    }
    this.#wake();
  }

  #drop(items: Item[]): void {
    const refusal = new Refusal("deadline_exceeded", "Nobody waited for the score any more.");
    for (const item of items) item.settle(refusal);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}

function overloaded(): Refusal {
  return new Refusal("overloaded", "The queue is full; try again in a moment.");
}
