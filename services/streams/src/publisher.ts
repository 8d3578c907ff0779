import {
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamClient,
  type JetStreamManager,
  jetstream,
  jetstreamManager,
} from "@nats-io/jetstream";
import type { MsgHdrs, NatsConnection } from "@nats-io/transport-node";
import pRetry from "p-retry";

/**
 * How long a confirmation may take before the message is sent again; the server drops the second
 * copy.
 */
const CONFIRM_MS = 5_000;
const RETRY = { retries: Number.POSITIVE_INFINITY, minTimeout: 100, maxTimeout: 5_000, randomize: true };
const ALREADY_THERE: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]);

export interface Message {
  subject: string;
  payload: string | Uint8Array;
  /** By this the server knows a copy within the stream's window. */
  id: string;
  headers?: MsgHdrs;
}

/**
 * `repeated`: the server dropped a copy of this very message. `present`: the subject keeps the
 * message it has.
 */
export type Published = "stored" | "repeated" | "present";

export interface NewestOptions {
  stream: string;
  /** Whether the message replaces this one, which its subject has now. */
  supersedes: (stored: Uint8Array) => boolean;
  signal?: AbortSignal;
}

export interface PublisherOptions {
  /** Hears of every try that failed, for logs and counters. */
  onRetry?: (error: Error) => void;
}

/**
 * Publishes until the server has stored the message, however long that takes. While the server is
 * away nothing is sent, so that no copies pile up in the connection; a caller that waits for each
 * result bounds its own memory.
 */
export class Publisher {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #onRetry: (error: Error) => void;
  #connected: Promise<void> | undefined; // while the connection is down

  private constructor(nc: NatsConnection, jsm: JetStreamManager, { onRetry = () => {} }: PublisherOptions) {
    this.#nc = nc;
    this.#js = jetstream(nc);
    this.#jsm = jsm;
    this.#onRetry = onRetry;
    void this.#watch();
  }

  static async open(nc: NatsConnection, options: PublisherOptions = {}): Promise<Publisher> {
    return new Publisher(nc, await jetstreamManager(nc, { checkAPI: false }), options);
  }

  /** Resolves when the connection is up; rejects when `signal` is aborted first. */
  async connected(signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    if (this.#connected === undefined) return;
    let abort: (() => void) | undefined;
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal!.reason);
      signal?.addEventListener("abort", abort, { once: true });
    });
    try {
      await Promise.race([this.#connected, aborted]);
    } finally {
      signal?.removeEventListener("abort", abort!);
    }
  }

  /** Stores a message unless the server has one of this id within the stream's window. */
  publish(message: Message, signal?: AbortSignal): Promise<Published> {
    return this.#retry(signal, async () => {
      const { duplicate } = await this.#send(message);
      return duplicate ? "repeated" : "stored";
    });
  }

  /**
   * Stores a message unless its subject has one, however old, that it does not supersede. The
   * window of the message ids is only a cheap first check; what holds for ever is that the server
   * refuses a message whose expectation of the subject's last message is wrong.
   */
  publishNewest(message: Message, { stream, supersedes, signal }: NewestOptions): Promise<Published> {
    return this.#retry(signal, async () => {
      let lastSubjectSequence = 0;
      for (;;) {
        try {
          const { duplicate } = await this.#send(message, { lastSubjectSequence });
          return duplicate ? "repeated" : "stored";
        } catch (error) {
          if (!(error instanceof JetStreamApiError && ALREADY_THERE.has(error.code))) throw error;
          const last = await this.#jsm.streams.getMessage(stream, { last_by_subj: message.subject });
          // A copy that the leader has proposed but not stored is refused in the same words, and
          // may yet be lost.
          if (last === null || last.seq === lastSubjectSequence) throw error;
          if (!supersedes(last.data)) return "present";
          lastSubjectSequence = last.seq;
        }
      }
    });
  }

  #send({ subject, payload, id, headers }: Message, expect = {}) {
    return this.#js.publish(subject, payload, {
      msgID: id,
      timeout: CONFIRM_MS,
      retries: 1,
      expect,
      ...(headers && { headers }),
    });
  }

  async #retry<T>(signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    const attempt = async () => {
      await this.connected(signal);
      return task();
    };
    return pRetry(attempt, {
      ...RETRY,
      ...(signal && { signal }),
      onFailedAttempt: ({ error }) => this.#onRetry(error),
      shouldRetry: ({ error }) => !this.#nc.isClosed() && !isFinal(error),
    });
  }

  async #watch(): Promise<void> {
    let resolve = () => {};
    const up = () => {
      this.#connected = undefined;
      resolve();
    };
    for await (const { type } of this.#nc.status()) {
      if (type === "reconnect" || type === "close") up();
      if (type !== "disconnect") continue;
      this.#connected ??= new Promise((done) => {
        resolve = done;
      });
    }
    up();
  }
}

/**
 * What no second try can change: a message that is too large, or that this user may not publish.
 */
function isFinal(error: Error): boolean {
  if (error.name === "PermissionViolationError" || error.name === "InvalidArgumentError") return true;
  return error instanceof JetStreamApiError && error.code === MESSAGE_TOO_LARGE;
}

const MESSAGE_TOO_LARGE = 10_054;
