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
 * The time limit for the server's confirmation, in milliseconds. After it the message is sent again,
 * and the server drops the second copy.
 */
const CONFIRM_MS = 5_000;
const RETRY = { retries: Number.POSITIVE_INFINITY, minTimeout: 100, maxTimeout: 5_000, randomize: true };
/** The server's refusals of a message whose subject has another last message than expected. */
const WRONG_LAST_MESSAGE: ReadonlySet<number> = new Set([
  JetStreamApiCodes.StreamWrongLastSequence,
  JetStreamApiCodes.StreamWrongLastSequenceUnknown,
]);

export interface Message {
  subject: string;
  payload: string | Uint8Array;
  /** The server drops a second message with this id within the stream's duplicate window. */
  id: string;
  headers?: MsgHdrs;
}

/**
 * `repeated`: the server dropped the message, because it has one with the same id. `present`: the
 * subject keeps the message that it had.
 */
export type Published = "stored" | "repeated" | "present";

export interface NewestOptions {
  stream: string;
  /** Whether the new message replaces `stored`, the payload that its subject has now. */
  supersedes: (stored: Uint8Array) => boolean;
  signal?: AbortSignal;
}

export interface PublisherOptions {
  /** Called with the error of every failed try, for logs and counters. */
  onRetry?: (error: Error) => void;
}

/**
 * Publishes messages. It retries until the server has stored the message, without a time limit. It
 * sends nothing while the connection is down, so that no copies gather in the connection's buffer.
 * The caller limits its memory by waiting for each result.
 */
export class Publisher {
  readonly #nc: NatsConnection;
  readonly #js: JetStreamClient;
  readonly #jsm: JetStreamManager;
  readonly #onRetry: (error: Error) => void;
  /** Resolves when the connection is up again; undefined while it is up. */
  #connected: Promise<void> | undefined;

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

  /** Resolves when the connection is up. Rejects if `signal` is aborted before. */
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

  /** Stores a message unless the stream's duplicate window has one with the same id. */
  publish(message: Message, signal?: AbortSignal): Promise<Published> {
    return this.#retry(signal, async () => {
      const { duplicate } = await this.#send(message);
      return duplicate ? "repeated" : "stored";
    });
  }

  /**
   * Stores a message unless its subject has one that it does not supersede, no matter how old. The
   * duplicate window is only a fast first check. The guarantee comes from the server: it refuses a
   * message that expects another last message of the subject.
   */
  publishNewest(message: Message, { stream, supersedes, signal }: NewestOptions): Promise<Published> {
    return this.#retry(signal, async () => {
      let lastSubjectSequence = 0;
      for (;;) {
        try {
          const { duplicate } = await this.#send(message, { lastSubjectSequence });
          return duplicate ? "repeated" : "stored";
        } catch (error) {
          if (!(error instanceof JetStreamApiError && WRONG_LAST_MESSAGE.has(error.code))) throw error;
          const last = await this.#jsm.streams.getMessage(stream, { last_by_subj: message.subject });
          // The server gives the same refusal while the leader has proposed a copy and not yet stored
          // it. That copy may be lost, so the message is sent again.
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

/** Whether a retry cannot help: the message is too large, or this user may not publish it. */
function isFinal(error: Error): boolean {
  if (error.name === "PermissionViolationError" || error.name === "InvalidArgumentError") return true;
  return error instanceof JetStreamApiError && error.code === MESSAGE_TOO_LARGE;
}

const MESSAGE_TOO_LARGE = 10_054;
