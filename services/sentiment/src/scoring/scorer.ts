import type { Artifact, Encoded } from "@undertone/models";
import { encodeAll } from "./encode.ts";
import { compareGolden } from "./golden.ts";
import { Item } from "./item.ts";
import { Queue } from "./queue.ts";
import { Refusal } from "./refusal.ts";
import { type Score, type Timings, toScore } from "./score.ts";
import type { Opened } from "./thread.ts";
import { type PoolOptions, WorkerPool } from "./worker-pool.ts";

export interface ScorerOptions extends Omit<PoolOptions, "graphs"> {
  maxTextLength: number; // UTF-16 units
  maxQueueTokens: number;
  batchTokens: number; // rows x longest row
}

/**
 * From texts to scores:
 *
 *   texts ─ encode ─> queue ─ batch ─> infer (worker threads) ─ softmax ─> scores
 *             │          │
 *          refusal    refusal (all of a request's texts are queued, or none)
 */
export class Scorer {
  readonly artifact: Artifact;
  readonly #options: ScorerOptions;
  readonly #queue: Queue;
  readonly #pool: WorkerPool;

  private constructor(artifact: Artifact, options: ScorerOptions, queue: Queue, pool: WorkerPool) {
    this.artifact = artifact;
    this.#options = options;
    this.#queue = queue;
    this.#pool = pool;
  }

  /** Resolves once the model has answered its golden texts; rejects with one sentence when it has not. */
  static async start(artifact: Artifact, options: ScorerOptions): Promise<Scorer> {
    const queue = new Queue(options);
    const pool = await WorkerPool.start(queue, { ...options, graphs: artifact.graphs });
    const scorer = new Scorer(artifact, options, queue, pool);
    try {
      const { texts } = artifact.golden;
      // The service's limit on texts is not the model's fault.
      const { outcomes } = await scorer.score(
        texts.map(({ text }) => text),
        undefined,
        Number.POSITIVE_INFINITY,
      );
      compareGolden(outcomes, artifact.golden, pool.opened.precision);
      return scorer;
    } catch (error) {
      await scorer.close();
      throw error;
    }
  }

  /** One score or refusal a text, in order. Rejects with a refusal that concerns them all. */
  async score(
    texts: readonly string[],
    signal?: AbortSignal,
    maxTextLength = this.#options.maxTextLength,
  ): Promise<{ outcomes: (Score | Refusal)[]; timings: Timings }> {
    const { encoded, encodeMs } = await encodeAll(this.artifact.encoder, texts, maxTextLength);
    const items = encoded.map((text) => (text instanceof Refusal ? text : new Item(text.ids, signal)));
    this.#queue.add(items.filter((item) => item instanceof Item));
    const timings: Timings = { encodeMs, queueMs: 0, inferMs: 0 };
    const outcomes = items.map(async (item, index) => {
      if (item instanceof Refusal) return item;
      const inference = await item.inference;
      if (inference instanceof Refusal) return inference;
      timings.queueMs = Math.max(timings.queueMs, inference.queueMs);
      timings.inferMs = Math.max(timings.inferMs, inference.inferMs);
      return toScore(encoded[index] as Encoded, inference.logits);
    });
    return { outcomes: await Promise.all(outcomes), timings };
  }

  /** Which of the model's graphs runs, and where. */
  get opened(): Opened {
    return this.#pool.opened;
  }

  get queuedTokens(): number {
    return this.#queue.tokens;
  }

  /** Why no text would be taken now, if so. */
  get refusal(): Refusal | undefined {
    return this.#queue.refusal;
  }

  /** Refuses what waits and all that comes; what a worker holds is still answered. */
  refuse(): void {
    this.#queue.close(new Refusal("draining", "The service is shutting down."));
  }

  async close(): Promise<void> {
    this.refuse();
    await this.#pool.close();
  }
}
