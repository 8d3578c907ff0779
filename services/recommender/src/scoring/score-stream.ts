import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { BatchItem, BatchResult, ItemResult } from "@undertone/client";
import {
  connectNats,
  type NatsConfig,
  type NatsConnection,
  Publisher,
  reviewKey,
  reviewSubject,
  textDigest,
} from "@undertone/streams";

interface Server {
  nc: NatsConnection;
  jsm: JetStreamManager;
  publisher: Publisher;
}

/** A worker's answer to one review. Its other members are those of an HTTP result. */
interface Answer {
  model: { name: string; version: string };
  error?: { code: string; detail: string };
}

export interface ScoreStreamOptions extends NatsConfig {
  /** The name of the stream with the scores. */
  scoresStream: string;
  /** The time limit for the answers to one batch, in milliseconds. */
  timeoutMs: number;
}

/**
 * Has texts scored by the stream's workers. It has the same methods as the sentiment client:
 *
 *   texts ─ scored before? ─ yes ───────────────────────────────────────> results
 *                  └─ no ─ publish to reviews.feedback ─ scores.* arrive ──┘
 *
 * The id of a review is the digest of its text. So the same text is scored once, even if it is stored
 * several times or the recommender restarts.
 */
export class ScoreStream {
  readonly #options: ScoreStreamOptions;
  readonly #server: Promise<Server>;

  /** Connects in the background: recommendations need no NATS server. */
  constructor(options: ScoreStreamOptions) {
    this.#options = options;
    this.#server = connect(options);
    this.#server.catch(() => {}); // Every call awaits #server and gets the error.
  }

  /** Resolves when the stream of scores can be read. */
  async model(signal?: AbortSignal): Promise<unknown> {
    const { jsm, publisher } = await this.#server;
    await publisher.connected(signal);
    return jsm.streams.info(this.#options.scoresStream);
  }

  /**
   * Resolves with one result per text, in order. Rejects if some texts have no answer within
   * `timeoutMs`. Answers that come later are in the stream, where the next call finds them.
   */
  async scoreBatch(items: BatchItem[], signal?: AbortSignal): Promise<BatchResult> {
    const timeout = AbortSignal.timeout(this.#options.timeoutMs);
    const limit = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
    const texts = [...new Set(items.map(({ text }) => text))];
    const answers = await Promise.all(texts.map((text) => this.#answer(text, limit)));
    const byText = new Map(texts.map((text, index) => [text, answers[index]!]));
    const { model } = answers[0]!;
    const results = items.map(({ text, id }, index) =>
      toResult(id ?? String(index), byText.get(text)!, model),
    );
    return { model, results };
  }

  /** Closes the connection. It does not wait for a connection that is not yet established. */
  async close(): Promise<void> {
    const server = await Promise.race([this.#server.catch(() => undefined), undefined]);
    await server?.nc.close();
  }

  async #answer(text: string, limit: AbortSignal): Promise<Answer> {
    const { nc, jsm, publisher } = await orAborted(this.#server, limit);
    const id = textDigest(text);
    const subject = `scores.*.*.${reviewKey(id)}`;
    // Subscribes before it reads the stored answer, so that an answer between the two is not missed.
    const coming = nc.subscribe(subject, { max: 1 });
    const ended = () => coming.unsubscribe();
    limit.addEventListener("abort", ended, { once: true });
    try {
      await publisher.connected(limit);
      const stored = await jsm.streams.getMessage(this.#options.scoresStream, { last_by_subj: subject });
      if (stored !== null) return stored.json();
      const payload = JSON.stringify({ version: 1, id, text });
      await publisher.publish({ subject: reviewSubject("feedback"), payload, id }, limit);
      for await (const message of coming) return message.json();
      throw new Error(`no score came from the stream within ${this.#options.timeoutMs} ms`);
    } finally {
      limit.removeEventListener("abort", ended);
      coming.unsubscribe();
    }
  }
}

async function connect(options: NatsConfig): Promise<Server> {
  const nc = await connectNats(options, { name: "undertone recommender", wait: true });
  const jsm = await jetstreamManager(nc, { checkAPI: false });
  return { nc, jsm, publisher: await Publisher.open(nc) };
}

function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  return Promise.race([promise, aborted]);
}

/**
 * A batch has one model. While a new version replaces another, a text may have the answer of another
 * model. It gets the error `overloaded`, so the text is sent again.
 */
function toResult(id: string, answer: Answer, model: Answer["model"]): ItemResult {
  const { error, model: own, ...score } = answer;
  if (own.name !== model.name || own.version !== model.version)
    return { id, status: "error", error: { code: "overloaded", detail: "Another model answered." } };
  if (error !== undefined) return { id, status: "error", error } as ItemResult;
  return { ...score, id, status: "ok" } as unknown as ItemResult;
}
