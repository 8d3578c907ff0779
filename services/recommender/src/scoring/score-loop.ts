import { setTimeout as sleep } from "node:timers/promises";
import type { BatchResult, SentimentClient } from "@undertone/client";
import type { FastifyBaseLogger } from "fastify";
import type { ScoredText } from "../storage/feedback.ts";
import type { FeedbackKey } from "../storage/tables.ts";
import { outcome, readAnswers, type UnscoredText } from "./answers.ts";
import { stateOf } from "./sentiment-state.ts";

export interface ScoreLoopOptions {
  client: Pick<SentimentClient, "scoreBatch">;
  monitor: { succeeded: () => void; failed: (error: unknown) => void };
  log: FastifyBaseLogger;
  /** The maximum number of texts per request. */
  batchItems: number;
  /**
   * The pause after the first failure, in milliseconds. It doubles with each further failure, up to
   * a minute, and is shortened by up to half at random.
   */
  firstDelayMs: number;
  unscored: (limit: number) => Promise<UnscoredText[]>;
  save: (scored: ScoredText[], model: string) => Promise<void>;
  /** Called with the texts that got no final answer. */
  countAttempt: (keys: FeedbackKey[]) => Promise<void>;
  onOutcomes: (outcomes: string[]) => void;
}

/**
 * The maximum length of all texts of a batch together, in UTF-16 units. It keeps a request far below
 * the sentiment service's body limit.
 */
const BATCH_LENGTH = 500_000;
const LONGEST_DELAY_MS = 60_000;

/**
 * Has the stored texts scored, batch by batch:
 *
 *   texts without a model ─ batch ─> sentiment service ─> score or final refusal ─> saved
 *        └── none: wait for more         └── no answer: wait longer each time, send a smaller batch, and
 *                                            send the texts first that were tried least
 */
export class ScoreLoop {
  readonly #options: ScoreLoopOptions;
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};
  #woken = false;
  #size: number;

  constructor(options: ScoreLoopOptions) {
    this.#options = options;
    this.#size = options.batchItems;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Call this when there may be texts to score. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  /**
   * Drops the batch that is being scored. Its texts stay unscored, so the next start scores them.
   */
  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { log, firstDelayMs } = this.#options;
    const { signal } = this.#stopped;
    let failures = 0;
    while (!signal.aborted) {
      try {
        this.#woken = false;
        const found = await this.#scoreBatch(signal);
        failures = 0;
        if (!found && !this.#woken && !signal.aborted)
          await new Promise<void>((resolve) => (this.#wake = resolve));
      } catch (error) {
        if (signal.aborted) return;
        const delay = Math.min(LONGEST_DELAY_MS, firstDelayMs * 2 ** failures++) * (0.5 + Math.random() / 2);
        const message = "texts could not be scored; they stay stored and will be sent again";
        log.warn({ err: error, failures, delay }, message);
        await sleep(delay, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Scores one batch; false if there is nothing to score. Throws if no text got a final answer. */
  async #scoreBatch(signal: AbortSignal): Promise<boolean> {
    const { batchItems, monitor, unscored, save, countAttempt, onOutcomes } = this.#options;
    const batch = withinLength(await unscored(this.#size));
    if (batch.length === 0) return false;
    const answer = await this.#send(batch, signal);
    onOutcomes(answer.results.map(outcome));
    const { final, open } = readAnswers(batch, answer);
    await countAttempt(open);
    if (final.length === 0) {
      const error = new Error(`none of ${batch.length} texts got a final answer`);
      monitor.failed(error);
      this.#shrink();
      throw error;
    }
    monitor.succeeded();
    await save(final, `${answer.model.name}@${answer.model.version}`);
    this.#size = Math.min(batchItems, 2 * this.#size);
    return true;
  }

  async #send(batch: UnscoredText[], signal: AbortSignal): Promise<BatchResult> {
    const { client, monitor, countAttempt } = this.#options;
    try {
      return await client.scoreBatch(
        batch.map(({ text }) => ({ text })),
        signal,
      );
    } catch (error) {
      if (signal.aborted) throw error;
      monitor.failed(error);
      if (!["unauthorized", "busy"].includes(stateOf(error))) {
        // One of the texts may be the cause. Smaller batches separate it from the others.
        await countAttempt(batch);
        this.#shrink();
      }
      throw error;
    }
  }

  #shrink(): void {
    this.#size = Math.max(1, Math.floor(this.#size / 2));
  }
}

/** The first texts that fit in one request, at least one. */
function withinLength(texts: UnscoredText[]): UnscoredText[] {
  let length = 0;
  const end = texts.findIndex(({ text }, index) => {
    length += text.length;
    return index > 0 && length > BATCH_LENGTH;
  });
  return end === -1 ? texts : texts.slice(0, end);
}
