import { setMaxListeners } from "node:events";
import type { FastifyReply, FastifyRequest } from "fastify";

/** After the answer, what the client still sends is read and dropped for so long. */
const LINGER_MS = 5_000;

/**
 * A request whose answer is written while its body is read: the connection serves both, and neither
 * may wait for the other for ever.
 */
export class Exchange {
  readonly #request: FastifyRequest;
  readonly #socket: FastifyRequest["raw"]["socket"];
  readonly #gone = new AbortController();
  #givenAt: number | undefined;
  #sentAt = 0;

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request;
    this.#socket = request.raw.socket; // kept: a request that is destroyed has none
    setMaxListeners(0, this.#gone.signal); // every chunk that waits listens, and MAX_STREAM_HELD bounds them
    reply.raw.once("close", () => this.#gone.abort());
    // What is not read of the body would keep the connection busy for ever.
    reply.raw.once("finish", () => this.#endUnread());
  }

  /** Aborted when the client has gone or the answer has ended. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** How long the client has not taken the piece of the answer that it was given. */
  get untakenMs(): number {
    return this.#givenAt === undefined ? 0 : performance.now() - this.#givenAt;
  }

  /** The client sends: it is busy with that, and may take its answer later. */
  noteReceived(): void {
    this.#sentAt = performance.now();
  }

  /** Gives up when the client neither takes what it was given nor sends anything for so long. */
  async *untilNotTaken<T>(pieces: AsyncIterable<T>, timeoutMs: number): AsyncGenerator<T> {
    for await (const piece of pieces) {
      const givenAt = performance.now();
      this.#givenAt = givenAt;
      let timer: NodeJS.Timeout;
      const check = (waitMs: number) => {
        timer = setTimeout(() => {
          const idleMs = performance.now() - Math.max(givenAt, this.#sentAt);
          if (idleMs < timeoutMs) check(timeoutMs - idleMs);
          else this.#request.raw.destroy();
        }, waitMs);
      };
      check(timeoutMs);
      try {
        yield piece;
      } finally {
        clearTimeout(timer!);
        this.#givenAt = undefined;
      }
    }
  }

  /**
   * Ends the connection after what was written, without the end of the answer: the client notices
   * that it is not whole.
   */
  breakOff(): void {
    this.#socket.destroySoon();
  }

  /**
   * A client that is still sending may not have read the answer yet, and a reset would take it
   * away.
   */
  #endUnread(): void {
    const { raw } = this.#request;
    if (raw.complete || this.#socket.destroyed) return;
    raw.unpipe();
    raw.resume();
    const timer = setTimeout(() => this.#socket.destroy(), LINGER_MS);
    raw.once("close", () => clearTimeout(timer));
  }
}
