import type { JsMsg } from "@nats-io/jetstream";

/** The most reviews of one pull, so that a worker learns their size before it holds many. */
const PULL_MESSAGES = 256;
/**
 * The most reviews that are held, however short: enough to sort some seconds' work into full
 * batches.
 */
const MAX_REVIEWS = 2_048;
/** The bytes of all held messages above which nothing more is pulled, whatever their tokens. */
const MAX_BYTES = 67_108_864;
/** Tokens of a review, until some have been scored. */
const FIRST_MEAN = 256;
/** How many reviews the mean remembers. */
const MEMORY = 1_000;

/**
 * The reviews that this worker holds: delivered, and not acknowledged yet. Knows how many more fill
 * the queue's budget of tokens, and tells the server that the held ones are being worked on, so
 * that nobody else gets them.
 */
export class HeldReviews {
  readonly #maxTokens: number;
  readonly #held = new Set<JsMsg>();
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  #meanTokens = FIRST_MEAN;
  #waiting: (() => void)[] = [];

  constructor(options: { maxTokens: number; ackWaitMs: number }) {
    this.#maxTokens = options.maxTokens;
    this.#timer = setInterval(() => {
      for (const message of this.#held) message.working();
    }, options.ackWaitMs / 3);
  }

  get size(): number {
    return this.#held.size;
  }

  add(message: JsMsg): void {
    this.#held.add(message);
    this.#bytes += message.data.length;
  }

  /** It has been answered, or given back. */
  remove(message: JsMsg): void {
    if (!this.#held.delete(message)) return;
    this.#bytes -= message.data.length;
    this.wake();
  }

  /** A review had so many tokens. */
  learn(tokens: number): void {
    this.#meanTokens += (tokens - this.#meanTokens) / MEMORY;
  }

  /** How many reviews to pull now; 0 while too few would fit for a pull to be worth it. */
  get room(): number {
    if (this.#bytes >= MAX_BYTES) return 0;
    const byTokens = Math.floor(this.#maxTokens / Math.max(1, this.#meanTokens));
    const capacity = Math.min(MAX_REVIEWS, Math.max(1, byTokens));
    const free = capacity - this.#held.size;
    return free >= Math.min(PULL_MESSAGES, capacity / 4) ? Math.min(PULL_MESSAGES, free) : 0;
  }

  /** Resolves when `condition` holds; it is looked at whenever a review leaves, and on `wake`. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** From now on the server is told of nothing. */
  close(): void {
    clearInterval(this.#timer);
  }
}
