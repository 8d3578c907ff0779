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
 * A review's id is its text's digest. So a text that is asked for again finds its score, however often it is asked for, and what
 * was published before a restart is not scored twice.
 */
export class ScoreStream {
  readonly #nc: NatsConnection;
  readonly #jsm: JetStreamManager;
  readonly #publisher: Publisher;
  readonly #options: ScoreStreamOptions;

  private constructor(
    nc: NatsConnection,
    jsm: JetStreamManager,
    publisher: Publisher,
    options: ScoreStreamOptions,
  ) {
    this.#nc = nc;
    this.#jsm = jsm;
    this.#publisher = publisher;
    this.#options = options;
  }

  static async open(options: ScoreStreamOptions): Promise<ScoreStream> {
    const nc = await connectNats(options, { name: "undertone recommender", wait: true });
    const jsm = await jetstreamManager(nc, { checkAPI: false });
    return new ScoreStream(nc, jsm, await Publisher.open(nc), options);
  }

  /** One result per text, in order. Rejects when some have no answer in time; the next call finds those that came later. */
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

  close(): Promise<void> {
    return this.#nc.close();
  }

  async #answer(text: string, limit: AbortSignal): Promise<Answer> {
    const id = textDigest(text);
    const subject = `scores.*.*.${reviewKey(id)}`;
    // Listening begins before the look, so that an answer between the two is not missed.
    const coming = this.#nc.subscribe(subject, { max: 1 });
    const ended = () => coming.unsubscribe();
    limit.addEventListener("abort", ended, { once: true });
    try {
      await this.#publisher.connected(limit);
      const stored = await this.#jsm.streams.getMessage(this.#options.scoresStream, { last_by_subj: subject });
      if (stored !== null) return stored.json();
      const payload = JSON.stringify({ version: 1, id, text });
      await this.#publisher.publish({ subject: reviewSubject("feedback"), payload, id }, limit);
      for await (const message of coming) return message.json();
      throw new Error(`no score came from the stream within ${this.#options.timeoutMs} ms`);
    } finally {
      limit.removeEventListener("abort", ended);
      coming.unsubscribe();
    }
  }
}

/** A batch has one model: what another one said, while a new version takes over, is asked for again. */
function toResult(id: string, answer: Answer, model: Answer["model"]): ItemResult {
  const { error, model: own, ...score } = answer;
  if (own.name !== model.name || own.version !== model.version)
    return { id, status: "error", error: { code: "overloaded", detail: "Another model answered." } };
  if (error !== undefined) return { id, status: "error", error } as ItemResult;
  return { ...score, id, status: "ok" } as unknown as ItemResult;
}
