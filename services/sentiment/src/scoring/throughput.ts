/** Busy worker time, in milliseconds, after which a measurement weighs 1/e. */
const MEMORY_MS = 2_000;

/**
 * How fast the workers really are: tokens a millisecond of one busy worker, averaged exponentially over
 * busy time (both sums decay by exp(-ms / MEMORY_MS), so a large batch weighs more than a small one).
 */
export class Throughput {
  readonly #workers: number;
  #tokens = 0;
  #ms = 0;
  #inFlight = 0;

  constructor(workers: number) {
    this.#workers = workers;
  }

  /** A worker took this many tokens. */
  begin(tokens: number): void {
    this.#inFlight += tokens;
  }

  /** They left it again: scored in so many milliseconds, or not at all. */
  end(tokens: number, ms?: number): void {
    this.#inFlight -= tokens;
    if (ms === undefined) return;
    const decay = Math.exp(-ms / MEMORY_MS);
    this.#tokens = this.#tokens * decay + tokens;
    this.#ms = this.#ms * decay + ms;
  }

  /** What was measured so far is not what comes. */
  reset(): void {
    this.#tokens = 0;
    this.#ms = 0;
  }

  get busy(): boolean {
    return this.#inFlight > 0;
  }

  /** Milliseconds until all workers together have done what they hold and `tokens` more; 0 before any was measured. */
  msFor(tokens: number): number {
    if (this.#tokens === 0) return 0;
    return ((this.#inFlight + tokens) * this.#ms) / this.#tokens / this.#workers;
  }
}
