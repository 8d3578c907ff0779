import { takeBatch } from "./batch.ts";
import { PendingRequest, tokensOf } from "./pending-request.ts";
import type { QueuedText } from "./queued-text.ts";
import { Refusal } from "./refusal.ts";
import type { Throughput } from "./throughput.ts";

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
  readonly #byArrival = new Map<PendingRequest, () => void>(); // and what ends listening to its signal
  #bySize: PendingRequest[] = [];
  readonly #retries: QueuedText[] = [];
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
   * Adds a request's texts, all or none. What cannot be done by `deadline` (milliseconds of performance.now)
   * is refused; an aborted `signal` takes the texts out again. An empty queue takes any one request, so that no
   * legal one is refused for ever.
   */
  add(texts: readonly QueuedText[], signal?: AbortSignal, deadline = Number.POSITIVE_INFINITY): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (texts.length === 0) return;
    if (signal?.aborted === true) {
      drop(texts);
      return;
    }
    const pending = new PendingRequest(texts);
    this.checkRoom(pending.tokens);
    if (!this.#canMake(pending, deadline - performance.now())) {
      throw this.#overloaded("There is more work pending than can be done in the time of this request");
    }
    const leave = () => this.#leave(pending);
    signal?.addEventListener("abort", leave, { once: true });
    this.#byArrival.set(pending, () => signal?.removeEventListener("abort", leave));
    this.#bySize.push(pending);
    this.#tokens += pending.tokens;
    this.wake();
  }

  /** Throws what `add` would throw of a request of so many tokens now; of a larger one it would throw it too. */
  checkRoom(tokens: number): void {
    if (this.#closed !== undefined) throw this.#closed;
    const limit = tokens <= this.#batchTokens ? this.#maxTokens : this.#maxTokens * (1 - RESERVED);
    if (this.#tokens > 0 && this.#tokens + tokens > limit) throw this.#overloaded();
  }

  /** Gives a text whose worker failed a second try, alone: if it is the poison text, nobody falls with it. */
  retry(text: QueuedText): void {
    if (this.#closed !== undefined) {
      text.settle(this.#closed);
      return;
    }
    text.retried = true;
    this.#retries.push(text);
    this.#tokens += text.ids.length;
    this.wake();
  }

  /** The next batch, or nothing. */
  take(): QueuedText[] {
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
    for (const text of this.#retries.splice(0)) text.settle(refusal);
    for (let batch = this.#takeBatch(); batch.length > 0; batch = this.#takeBatch()) {
      for (const text of batch) text.settle(refusal);
    }
    this.#tokens = 0;
    this.wake();
  }

  /** Equal texts are tried one after the other: if it is a poison text, its fate decides theirs. */
  #takeRetry(): QueuedText | undefined {
    const index = this.#retries.findIndex(({ key }) => !this.#trying.has(key));
    if (index < 0) return undefined;
    const [text] = this.#retries.splice(index, 1);
    this.#trying.add(text!.key);
    text!.inference.then(() => {
      this.#trying.delete(text!.key);
      this.wake();
    });
    return text;
  }

  #takeBatch(): QueuedText[] {
    const [oldest] = this.#byArrival.keys();
    if (oldest === undefined) return [];
    this.#bySize.sort((a, b) => a.size - b.size); // sorted but for what came since the last batch
    this.#smallestLeads = !this.#smallestLeads;
    const order = this.#smallestLeads ? this.#bySize : [oldest, ...this.#bySize];
    const batch = takeBatch(order, this.#batchTokens);
    this.#bySize = this.#bySize.filter((pending) => {
      if (pending.tokens > 0) return true;
      this.#byArrival.get(pending)?.();
      this.#byArrival.delete(pending);
      return false;
    });
    return batch;
  }

  /** Before a request go at most all that waits, and no more than a batch of the oldest for each of the smaller ones. */
  #canMake(pending: PendingRequest, ms: number): boolean {
    if (this.#tokens === 0 && !this.#throughput.busy) return true;
    if (this.#throughput.msFor(this.#tokens + pending.tokens) <= ms) return true;
    const smaller = this.#bySize.filter(({ size }) => size <= pending.size);
    const before = 2 * smaller.reduce((sum, { tokens }) => sum + tokens, 0) + this.#batchTokens;
    return this.#throughput.msFor(Math.min(before, this.#tokens) + pending.tokens) <= ms;
  }

  /** Nobody waits for it any more. */
  #leave(pending: PendingRequest): void {
    if (pending.tokens === 0) return;
    this.#tokens -= pending.tokens;
    drop(pending.takeAll());
    this.#byArrival.delete(pending);
    this.#bySize = this.#bySize.filter((other) => other !== pending);
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

function drop(texts: readonly QueuedText[]): void {
  const refusal = new Refusal("deadline_exceeded", "Nobody waited for the score any more.");
  for (const text of texts) text.settle(refusal);
}
