/** Busy worker time, in milliseconds, after which the weight of a measurement is 1/e. */
const MEMORY_MS = 2_000;

/**
 * The measured throughput: tokens per millisecond of one busy worker, averaged exponentially over
 * busy time. Both sums decay by exp(-ms / MEMORY_MS), so a large batch has more weight than a small
 * one.
 */
export class Throughput {
  readonly #workers: number;
  #tokens = 0;
  #ms = 0;
  #inFlight = 0;

  constructor(workers: number) {
    this.#workers = workers;
  }

  /** A worker has taken this many tokens. */
  begin(tokens: number): void {
    this.#inFlight += tokens;
  }

  /** A worker has finished them in `ms` milliseconds; undefined after a failure. */
  end(tokens: number, ms?: number): void {
    this.#inFlight -= tokens;
    if (ms === undefined) return;
    const decay = Math.exp(-ms / MEMORY_MS);
    this.#tokens = this.#tokens * decay + tokens;
    this.#ms = this.#ms * decay + ms;
  }

  /** Forgets the measurements, for example those of cold workers. */
  reset(): void {
    this.#tokens = 0;
    this.#ms = 0;
  }

  get busy(): boolean {
    return this.#inFlight > 0;
  }

  /**
   * Milliseconds until the workers have done their current batches and `tokens` more; 0 before the
   * first measurement.
   */
  msFor(tokens: number): number {
    if (this.#tokens === 0) return 0;
    return ((this.#inFlight + tokens) * this.#ms) / this.#tokens / this.#workers;
  }
}
