import { setTimeout as sleep } from "node:timers/promises";
import type { ItemResult, SentimentClient } from "@undertone/client";
import type { FastifyBaseLogger } from "fastify";
import type { Scored } from "./storage/feedback.ts";
import type { FeedbackKey } from "./storage/tables.ts";

type Waiting = FeedbackKey & { text: string };

export interface ScoreLoopOptions {
  client: Pick<SentimentClient, "scoreBatch">;
  log: FastifyBaseLogger;
  /** The most texts of one request. */
  batchItems: number;
  /** Waits after failures: this, doubled each time, at most a minute; with jitter. */
  firstDelayMs: number;
  unscored: (limit: number) => Promise<Waiting[]>;
  save: (scored: Scored[], model: string) => Promise<void>;
  /** For rows that got no answer. */
  countAttempt: (keys: FeedbackKey[]) => Promise<void>;
  onOutcomes: (outcomes: string[]) => void;
}

/** A batch's texts together in UTF-16 units, well below the body that the sentiment service reads by default. */
const BATCH_LENGTH = 500_000;
const LONGEST_DELAY_MS = 60_000;
/** What is wrong with the text and stays wrong: the row counts as an interaction only and is not tried again. */
const FINAL = new Set(["empty_text", "no_known_words", "text_too_long"]);

/**
 * Stored rows become scored rows:
 *
 *   rows without a model ─ batch ─> sentiment service ─> score, or refused for good ─> saved
 *        └── wait for news            └── no answer: back-off, a smaller batch, those tried least first
 */
export class ScoreLoop {
  readonly #options: ScoreLoopOptions;
  readonly #stopped = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};
  #news = false;
  #size: number;

  constructor(options: ScoreLoopOptions) {
    this.#options = options;
    this.#size = options.batchItems;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** There may be something to score. */
  wake(): void {
    this.#news = true;
    this.#wake();
  }

  /** A batch that is under way is left: its rows are still unscored, and the next start scores them. */
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
        this.#news = false;
        const found = await this.#scoreSome(signal);
        if (!found && !this.#news && !signal.aborted)
          await new Promise<void>((resolve) => (this.#wake = resolve));
        failures = 0;
      } catch (error) {
        if (signal.aborted) return;
        const delay = Math.min(LONGEST_DELAY_MS, firstDelayMs * 2 ** failures++) * (0.5 + Math.random() / 2);
        log.warn(
          { err: error, failures, delay },
          "texts could not be scored; they stay stored and are tried again",
        );
        await sleep(delay, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** One batch; false where nothing waits. Throws when none of its rows got an answer that lasts. */
  async #scoreSome(signal: AbortSignal): Promise<boolean> {
    const { client, batchItems, unscored, save, countAttempt, onOutcomes } = this.#options;
    const batch = withinLength(await unscored(this.#size));
    if (batch.length === 0) return false;
    try {
      const { model, results } = await client.scoreBatch(
        batch.map(({ text }) => ({ text })),
        signal,
      );
      onOutcomes(results.map(outcome));
      const answers = batch.map((row, index) => ({ row, result: results[index]! }));
      const lasts = ({ result }: (typeof answers)[number]) =>
        result.status === "ok" || FINAL.has(result.error.code);
      const final = answers.filter(lasts);
      if (final.length === 0)
        throw new Error(`no text of a batch of ${batch.length} got an answer that lasts`);
      await save(
        final.map(({ row, result }) =>
          result.status === "ok"
            ? { ...row, score: result.score, stars: result.stars }
            : { ...row, score: null },
        ),
        `${model.name}@${model.version}`,
      );
      await countAttempt(answers.filter((answer) => !lasts(answer)).map(({ row }) => row));
      this.#size = Math.min(batchItems, 2 * this.#size);
      return true;
    } catch (error) {
      if (signal.aborted) throw error;
      await countAttempt(batch);
      // If a text is to blame, it will be in a batch of its own before long.
      this.#size = Math.max(1, Math.floor(this.#size / 2));
      throw error;
    }
  }
}

const outcome = (result: ItemResult) => (result.status === "ok" ? "ok" : result.error.code);

/** The first rows whose texts fit one request, at least one. */
function withinLength(rows: Waiting[]): Waiting[] {
  let length = 0;
  const end = rows.findIndex(({ text }, index) => {
    length += text.length;
    return index > 0 && length > BATCH_LENGTH;
  });
  return end === -1 ? rows : rows.slice(0, end);
}
