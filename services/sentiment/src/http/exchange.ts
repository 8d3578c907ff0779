import { setMaxListeners } from "node:events";
import type { FastifyReply, FastifyRequest } from "fastify";

/** How long to read and drop what the client still sends after the answer. */
const LINGER_MS = 5_000;

/** Whether the client has disconnected. Node's types do not say that such a request has no socket. */
function isGone({ raw }: FastifyRequest): boolean {
  const socket: FastifyRequest["raw"]["socket"] | null = raw.socket;
  return socket === null || socket.destroyed;
}

/**
 * A request whose answer is written while its body is read. Both use one connection, and neither
 * may block the other forever.
 */
export class Exchange {
  readonly #request: FastifyRequest;
  /** Null if the client disconnected before the answer began. */
  readonly #socket: FastifyRequest["raw"]["socket"] | null;
  readonly #gone = new AbortController();
  #givenAt: number | undefined;
  #sentAt = 0;

  constructor(request: FastifyRequest, reply: FastifyReply) {
    this.#request = request;
    this.#socket = request.raw.socket; // kept, because a destroyed request no longer has it
    // Every pending chunk adds a listener, and MAX_STREAM_HELD limits their number.
    setMaxListeners(0, this.#gone.signal);
    reply.raw.once("close", () => this.#gone.abort());
    if (isGone(request)) this.#gone.abort(); // "close" may have been before
    // Unread parts of the body would keep the connection busy.
    reply.raw.once("finish", () => this.#endUnread());
  }

  /** Aborted when the client has disconnected or the answer has ended. */
  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** For how long the client has not received the current piece of the answer. */
  get unreceivedMs(): number {
    return this.#givenAt === undefined ? 0 : performance.now() - this.#givenAt;
  }

  /** The client is sending, and may receive its answer later. */
  noteReceived(): void {
    this.#sentAt = performance.now();
  }

  /** Gives up if the client neither receives the current piece nor sends anything for this time. */
  async *untilNotReceived<T>(pieces: AsyncIterable<T>, timeoutMs: number): AsyncGenerator<T> {
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
   * Closes the connection without ending the answer, so that the client notices that it is
   * incomplete.
   */
  breakOff(): void {
    this.#socket?.destroySoon();
  }

  /**
   * If the client is still sending, it may not have read the answer yet. Resetting the connection
   * would discard the answer. If the rest of the body arrives, the connection can be used again.
   */
  #endUnread(): void {
    const { raw } = this.#request;
    const socket = this.#socket;
    if (raw.complete || socket === null || socket.destroyed) return;
    raw.unpipe();
    // The reader may still wait for "readable". When it stops, a stream flows only to "data".
    raw.removeAllListeners("readable");
    raw.on("data", () => {});
    raw.resume();
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    raw.once("close", () => clearTimeout(timer));
  }
}
