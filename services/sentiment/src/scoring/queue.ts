import { takeBatch } from "./batch.ts";
import type { Item } from "./item.ts";
import { Refusal } from "./refusal.ts";
import type { Throughput } from "./throughput.ts";
import { tokensOf, Waiting } from "./waiting.ts";

/** The part of the queue that only requests of at most one batch may fill, so that bulk does not shut them out. */
const RESERVED = 1 / 8;

/**
 * Encoded texts that wait for a worker, bounded in tokens. Requests lead a batch alternately by two orders:
 *
 *   the smallest: by all its tokens. A single text leaves with the third batch at the latest, whatever bulk
 *                 waits before it: the batch under way, at most one led by the oldest, its own.
 *   the oldest:   so that no stream of small requests can starve a large one.
 */
export class Queue {
  readonly #maxTokens: number;
  readonly #batchTokens: number;
  readonly #throughput: Throughput;
  readonly #byArrival = new Map<Waiting, () => void>(); // and what ends listening to its signal
  #bySize: Waiting[] = [];
  readonly #retries: Item[] = [];
  readonly #trying = new Set<string>(); // keys of the retries a worker holds
  #tokens = 0;
  #smallestLeads = false;
  #closed: Refusal | undefined;
  #arrivals: (() => void)[] = [];

  constructor(options: { maxQueueTokens: number; batchTokens: number }, throughput: Throughput) {
    this.#maxTokens = options.maxQueueTokens;
    this.#batchTokens = options.batchTokens;
    this.#throughput = throughput;
  }

  get tokens(): number {
    return this.#tokens;
  }

  /** Why nothing can be added now, if so. */
  get refusal(): Refusal | undefined {
    return this.#closed ?? (this.#tokens < this.#maxTokens ? undefined : this.#overloaded());
  }

  /**
   * Adds a request's items, all or none. What cannot be done by `deadline` (milliseconds of performance.now)
   * is refused; an aborted `signal` takes the items out again. An empty queue takes any one request, so that no
   * legal one is refused for ever.
   */
  add(items: readonly Item[], signal?: AbortSignal, deadline = Number.POSITIVE_INFINITY): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (items.length === 0) return;
    if (signal?.aborted === true) {
      drop(items);
      return;
    }
    const waiting = new Waiting(items);
    this.checkRoom(waiting.tokens);
    if (!this.#canMake(waiting, deadline - performance.now())) {
      throw this.#overloaded("There is more work waiting than can be done in the time of this request");
    }
    const leave = () => this.#leave(waiting);
    signal?.addEventListener("abort", leave, { once: true });
    this.#byArrival.set(waiting, () => signal?.removeEventListener("abort", leave));
    this.#bySize.push(waiting);
    this.#tokens += waiting.tokens;
    this.wake();
  }

  /** Throws what `add` would throw of a request of so many tokens now; of a larger one it would throw it too. */
  checkRoom(tokens: number): void {
    if (this.#closed !== undefined) throw this.#closed;
    const limit = tokens <= this.#batchTokens ? this.#maxTokens : this.#maxTokens * (1 - RESERVED);
    if (this.#tokens > 0 && this.#tokens + tokens > limit) throw this.#overloaded();
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
    this.wake();
  }

  /** The next batch, or nothing. */
  take(): Item[] {
    const retry = this.#takeRetry();
    const batch = retry === undefined ? this.#takeBatch() : [retry];
    this.#tokens -= tokensOf(batch);
    if (retry?.signal?.aborted !== true) return batch;
    drop(batch);
    return this.take();
  }

  /** Resolves when something was added, the queue was closed, or somebody called `wake`. */
  arrival(): Promise<void> {
    return new Promise((resolve) => this.#arrivals.push(resolve));
  }

  /** From now on everything is refused with this, and so is what waits. */
  close(refusal: Refusal): void {
    this.#closed ??= refusal;
    for (const item of this.#retries.splice(0)) item.settle(refusal);
    for (let batch = this.#takeBatch(); batch.length > 0; batch = this.#takeBatch()) {
      for (const item of batch) item.settle(refusal);
    }
    this.#tokens = 0;
    this.wake();
  }

  /** Equal texts are tried one after the other: if it is a culprit, its fate decides theirs. */
  #takeRetry(): Item | undefined {
    const index = this.#retries.findIndex(({ key }) => !this.#trying.has(key));
    if (index < 0) return undefined;
    const [item] = this.#retries.splice(index, 1);
    this.#trying.add(item!.key);
    item!.inference.then(() => {
      this.#trying.delete(item!.key);
      this.wake();
    });
    return item;
  }

  #takeBatch(): Item[] {
    const [oldest] = this.#byArrival.keys();
    if (oldest === undefined) return [];
    this.#bySize.sort((a, b) => a.size - b.size); // sorted but for what came since the last batch
    this.#smallestLeads = !this.#smallestLeads;
    const order = this.#smallestLeads ? this.#bySize : [oldest, ...this.#bySize];
    const batch = takeBatch(order, this.#batchTokens);
    this.#bySize = this.#bySize.filter((waiting) => {
      if (waiting.tokens > 0) return true;
      this.#byArrival.get(waiting)?.();
      this.#byArrival.delete(waiting);
      return false;
    });
    return batch;
  }

  /** Before a request go at most all that waits, and no more than a batch of the oldest for each of the smaller ones. */
  #canMake(waiting: Waiting, ms: number): boolean {
    if (this.#tokens === 0 && !this.#throughput.busy) return true;
    if (this.#throughput.msFor(this.#tokens + waiting.tokens) <= ms) return true;
    const smaller = this.#bySize.filter(({ size }) => size <= waiting.size);
    const before = 2 * smaller.reduce((sum, { tokens }) => sum + tokens, 0) + this.#batchTokens;
    return this.#throughput.msFor(Math.min(before, this.#tokens) + waiting.tokens) <= ms;
  }

  /** Nobody waits for it any more. */
  #leave(waiting: Waiting): void {
    if (waiting.tokens === 0) return;
    this.#tokens -= waiting.tokens;
    drop(waiting.takeAll());
    this.#byArrival.delete(waiting);
    this.#bySize = this.#bySize.filter((other) => other !== waiting);
  }

  #overloaded(reason = "The queue is full"): Refusal {
    const seconds = Math.max(1, Math.ceil(this.#throughput.msFor(this.#tokens) / 1000));
    return new Refusal("overloaded", `${reason}; what waits will be done in about ${seconds} s.`, seconds);
  }

  /** Resolves every `arrival`: there may be something to do. */
  wake(): void {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    for (const resolve of arrivals) resolve();
  }
}

function drop(items: readonly Item[]): void {
  const refusal = new Refusal("deadline_exceeded", "Nobody waited for the score any more.");
  for (const item of items) item.settle(refusal);
}
