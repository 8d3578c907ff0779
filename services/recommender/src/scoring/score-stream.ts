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

/** What a worker says of one review; its other members are those of an HTTP result. */
interface Answer {
  model: { name: string; version: string };
  error?: { code: string; detail: string };
}

export interface ScoreStreamOptions extends NatsConfig {
  /** The stream that holds the scores. */
  scoresStream: string;
  /** How long the answers to one batch may take, in milliseconds. */
  timeoutMs: number;
}

/**
 * Has texts scored by the stream's workers, with the sentiment client's own signature:
 *
 *   texts ─ scored before? ─ yes ───────────────────────────────────────> results
 *                  └─ no ─ publish to reviews.feedback ─ scores.* arrive ──┘
 *
 * A review's id is its text's digest. So a text that is asked for again finds its score, however
 * often it is asked for, and what was published before a restart is not scored twice.
 */
export class ScoreStream {
  readonly #options: ScoreStreamOptions;
  readonly #server: Promise<Server>;

  /** Connects in the background: recommendations need no NATS server. */
  constructor(options: ScoreStreamOptions) {
    this.#options = options;
    this.#server = connect(options);
    this.#server.catch(() => {}); // met by whoever needs it
  }

  /** Resolves when the stream of scores can be read. */
  async model(signal?: AbortSignal): Promise<unknown> {
    const { jsm, publisher } = await this.#server;
    await publisher.connected(signal);
    return jsm.streams.info(this.#options.scoresStream);
  }

  /**
   * One result per text, in order. Rejects when some have no answer in time; the next call finds
   * those that came later.
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

  /** A connection that is still being tried is left to the end of the process. */
  async close(): Promise<void> {
    const server = await Promise.race([this.#server.catch(() => undefined), undefined]);
    await server?.nc.close();
  }

  async #answer(text: string, limit: AbortSignal): Promise<Answer> {
    const { nc, jsm, publisher } = await orAborted(this.#server, limit);
    const id = textDigest(text);
    const subject = `scores.*.*.${reviewKey(id)}`;
    // Listening begins before the look, so that an answer between the two is not missed.
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
 * A batch has one model: what another one said, while a new version takes over, is asked for again.
 */
function toResult(id: string, answer: Answer, model: Answer["model"]): ItemResult {
  const { error, model: own, ...score } = answer;
  if (own.name !== model.name || own.version !== model.version)
    return { id, status: "error", error: { code: "overloaded", detail: "Another model answered." } };
  if (error !== undefined) return { id, status: "error", error } as ItemResult;
  return { ...score, id, status: "ok" } as unknown as ItemResult;
}
