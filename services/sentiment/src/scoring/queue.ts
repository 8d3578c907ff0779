import { takeBatch } from "./batch.ts";
import { PendingRequest, tokensOf } from "./pending-request.ts";
import type { QueuedText } from "./queued-text.ts";
import { Refusal } from "./refusal.ts";
import type { Throughput } from "./throughput.ts";

/**
 * The share of the queue reserved for requests of at most one batch, so that bulk requests cannot
 * block them.
 */
const RESERVED = 1 / 8;

/**
 * The queue of encoded texts, bounded in tokens. Each batch starts with the longest text of one
 * request. That request is chosen by two rules in turn:
 *
 *   smallest: the request with the fewest tokens. A single text therefore leaves with the third batch at the
 *             latest: after the batches that the workers hold and at most one batch that the oldest request leads.
 *   oldest:   the request that arrived first, so that small requests cannot starve a large one.
 */
export class Queue {
  readonly #maxTokens: number;
  readonly #batchTokens: number;
  readonly #throughput: Throughput;
  readonly #byArrival = new Map<PendingRequest, () => void>(); // each with the function that removes its abort listener
  #bySize: PendingRequest[] = [];
  readonly #retries: QueuedText[] = [];
  readonly #trying = new Set<string>(); // keys of the retries that a worker holds
  #tokens = 0;
  #reserved = 0; // estimated tokens of requests that are being encoded
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

  /** The reason why the queue takes no text now; undefined when it does. */
  get refusal(): Refusal | undefined {
    return this.#closed ?? (this.#tokens < this.#maxTokens ? undefined : this.#overloaded());
  }

  /**
   * Adds the texts of a request: all of them or none. An empty queue takes a request of any size,
   * so that no valid request is refused forever. An aborted `signal` removes the texts again.
   * @param deadline milliseconds of performance.now()
   * @throws Refusal when the queue is closed or full, or cannot finish the request by the deadline
   */
  add(texts: readonly QueuedText[], signal?: AbortSignal, deadline = Number.POSITIVE_INFINITY): void {
    if (this.#closed !== undefined) throw this.#closed;
    if (texts.length === 0) return;
    if (signal?.aborted === true) {
      drop(texts);
      return;
    }
    const pending = new PendingRequest(texts);
    this.checkRoom(pending.tokens, deadline);
    const leave = () => this.#leave(pending);
    signal?.addEventListener("abort", leave, { once: true });
    this.#byArrival.set(pending, () => signal?.removeEventListener("abort", leave));
    this.#bySize.push(pending);
    this.#tokens += pending.tokens;
    this.wake();
  }

  /**
   * Throws the refusal that `add` would throw for a request of this many tokens.
   * @param deadline milliseconds of performance.now()
   */
  checkRoom(tokens: number, deadline = Number.POSITIVE_INFINITY): void {
    if (this.#closed !== undefined) throw this.#closed;
    const limit = tokens <= this.#batchTokens ? this.#maxTokens : this.#maxTokens * (1 - RESERVED);
    const taken = this.#tokens + this.#reserved;
    if (taken > 0 && taken + tokens > limit) throw this.#overloaded();
    if (!this.#canFinish(tokens, deadline - performance.now())) {
      throw this.#overloaded("The queue cannot finish this request before its deadline");
    }
  }

  /**
   * Reserves room for a request while its texts are encoded, so that no request is encoded in vain.
   * Returns the function that gives the room back; throws as `checkRoom` does.
   */
  reserve(tokens: number, deadline?: number): () => void {
    this.checkRoom(tokens, deadline);
    this.#reserved += tokens;
    return () => {
      this.#reserved -= tokens;
      tokens = 0;
    };
  }

  /**
   * Queues a text again, alone, after its worker failed: a poison text then takes no other text
   * down.
   */
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

  /** The next batch; empty when no text waits. */
  take(): QueuedText[] {
    const retry = this.#takeRetry();
    const batch = retry === undefined ? this.#takeBatch() : [retry];
    this.#tokens -= tokensOf(batch);
    if (retry?.signal?.aborted !== true) return batch;
    drop(batch);
    return this.take();
  }

  /**
   * The next batch for a worker that still infers one: empty unless a full batch waits and no text
   * must be retried.
   */
  takeAhead(): QueuedText[] {
    return this.#retries.length > 0 || this.#tokens < this.#batchTokens ? [] : this.take();
  }

  /** Resolves when a text is added, the queue is closed, or `wake` is called. */
  arrival(): Promise<void> {
    return new Promise((resolve) => this.#arrivals.push(resolve));
  }

  /** Refuses every waiting text and every later request with this refusal. */
  close(refusal: Refusal): void {
    this.#closed ??= refusal;
    for (const text of this.#retries.splice(0)) text.settle(refusal);
    for (let batch = this.#takeBatch(); batch.length > 0; batch = this.#takeBatch()) {
      for (const text of batch) text.settle(refusal);
    }
    this.#tokens = 0;
    this.wake();
  }

  /**
   * Equal texts are retried one after the other, so that a poison text is found before its copies
   * are tried. So are all suspects, because one of them may kill the whole process.
   */
  #takeRetry(): QueuedText | undefined {
    const turnOf = ({ key, suspect }: QueuedText) => (suspect ? "suspects" : key);
    const index = this.#retries.findIndex((text) => !this.#trying.has(turnOf(text)));
    if (index < 0) return undefined;
    const [text] = this.#retries.splice(index, 1);
    this.#trying.add(turnOf(text!));
    text!.inference.then(() => {
      this.#trying.delete(turnOf(text!));
      this.wake();
    });
    return text;
  }

  #takeBatch(): QueuedText[] {
    const [oldest] = this.#byArrival.keys();
    if (oldest === undefined) return [];
    this.#bySize.sort((a, b) => a.size - b.size); // almost sorted: only requests since the last batch are out of order
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

  /**
   * Estimates the work before a request: everything queued, or per smaller request its tokens and
   * one other batch.
   */
  #canFinish(tokens: number, ms: number): boolean {
    if (ms === Number.POSITIVE_INFINITY) return true;
    if (this.#tokens === 0 && !this.#throughput.busy) return true;
    if (this.#throughput.msFor(this.#tokens + tokens) <= ms) return true;
    const smaller = this.#bySize.filter(({ size }) => size <= tokens);
    const before = 2 * smaller.reduce((sum, { tokens }) => sum + tokens, 0) + this.#batchTokens;
    return this.#throughput.msFor(Math.min(before, this.#tokens) + tokens) <= ms;
  }

  /** Removes a request whose client has gone. */
  #leave(pending: PendingRequest): void {
    if (pending.tokens === 0) return;
    this.#tokens -= pending.tokens;
    drop(pending.takeAll());
    this.#byArrival.delete(pending);
    this.#bySize = this.#bySize.filter((other) => other !== pending);
  }

  #overloaded(reason = "The queue is full"): Refusal {
    const seconds = Math.max(1, Math.ceil(this.#throughput.msFor(this.#tokens) / 1000));
    return new Refusal("overloaded", `${reason}; the queued texts will take about ${seconds} s.`, seconds);
  }

  /** Resolves every `arrival`, so that the workers look at the queue again. */
  wake(): void {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    for (const resolve of arrivals) resolve();
  }
}

function drop(texts: readonly QueuedText[]): void {
  const refusal = new Refusal("deadline_exceeded", "The client no longer waits for the score.");
  for (const text of texts) text.settle(refusal);
}
