import { COMMON_PROBLEMS, Problem } from "@undertone/base";

interface Limits {
  requestTimeoutMs: number;
  receiveTimeoutMs: number;
}

/**
 * Waits for the bytes of a client that may take its time, but not forever. Only the time spent
 * waiting for the client counts.
 */
export class ReceiveClock {
  readonly #limits: Limits;
  #leftMs = Number.POSITIVE_INFINITY;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Starts the clock: the client has RECEIVE_TIMEOUT_MS for what it has begun to send. */
  start(): void {
    this.#leftMs = this.#limits.receiveTimeoutMs;
  }

  /** Stops the clock: the client has finished what it began. */
  stop(): void {
    this.#leftMs = Number.POSITIVE_INFINITY;
  }

  get running(): boolean {
    return this.#leftMs !== Number.POSITIVE_INFINITY;
  }

  /**
   * Passes the bytes on. Rejects if nothing arrives for REQUEST_TIMEOUT_MS, or if the clock runs
   * out.
   */
  async *read(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    const chunks = source[Symbol.asyncIterator]();
    try {
      for (;;) {
        const begun = performance.now();
        const { value, done } = await this.#next(chunks);
        if (done === true) return;
        this.#leftMs -= performance.now() - begun;
        yield value;
      }
    } finally {
      // Not awaited, because a source that is waiting for input returns only when input arrives.
      chunks.return?.().catch(() => {});
    }
  }

  async #next(chunks: AsyncIterator<Buffer>): Promise<IteratorResult<Buffer>> {
    const pauseMs = this.#limits.requestTimeoutMs;
    const leftMs = this.#leftMs;
    const code = leftMs < pauseMs ? "request_timeout" : "deadline_exceeded";
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<never>((_, reject) => {
      const refuse = () => reject(new Problem(code, COMMON_PROBLEMS[code].title));
      timer = setTimeout(refuse, Math.max(0, Math.min(pauseMs, leftMs)));
    });
    const next = chunks.next().catch((error) => {
      if (error instanceof Problem) throw error;
      throw new Problem("invalid_body", "The body could not be read to its end.");
    });
    try {
      return await Promise.race([next, passed]);
    } finally {
      clearTimeout(timer);
    }
  }
}
