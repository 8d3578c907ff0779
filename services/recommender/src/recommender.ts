import { SentimentClient } from "@undertone/client";
import type { FastifyBaseLogger } from "fastify";
import { Catalogue, type ItemSettings } from "./catalogue/catalogue.ts";
import type { Config } from "./config.ts";
import { NeighbourBuilder } from "./neighbours/builder.ts";
import { popular, type Ranked, rank } from "./ranking/rank.ts";
import { ScoreLoop } from "./scoring/score-loop.ts";
import { ScoreStream } from "./scoring/score-stream.ts";
import { SentimentMonitor } from "./scoring/sentiment-monitor.ts";
import { type Database, migrate, openDatabase } from "./storage/database.ts";
import { StorageUnavailable } from "./storage/failures.ts";
import { type Change, FeedbackStore } from "./storage/feedback.ts";
import { ItemStore } from "./storage/items.ts";
import type { Outcome, Sent } from "./storage/replace.ts";
import { WriteQueue } from "./write-queue.ts";

/** A check of the sentiment service while there is nothing to score may take this long. */
const CHECK_TIMEOUT_MS = 5_000;

/**
 * From reviews to recommendations:
 *
 *   feedback ─ store ─> database ─ score (in the background) ─> database
 *                          │ every change
 *                      catalogue: quality, popularity ──┐
 *                      neighbours (built by a thread) ──┴─ rank ─> recommendations
 *
 * Only one process may use a database, because the data in memory follows its own writes only.
 */
export class Recommender {
  readonly catalogue = new Catalogue();
  readonly builder: NeighbourBuilder;
  readonly sentiment: SentimentMonitor;
  readonly outcomes = new Map<string, number>();
  readonly #config: Config;
  readonly #db: Database;
  readonly #feedback: FeedbackStore;
  readonly #items: ItemStore;
  /** If it is set, texts are scored through the stream instead of over HTTP. */
  readonly #stream: ScoreStream | undefined;
  readonly #scoring: ScoreLoop;
  readonly #writes = new WriteQueue();
  /** True after a failed commit: the database and the catalogue may differ. */
  #inDoubt = false;

  private constructor(config: Config, db: Database, log: FastifyBaseLogger) {
    const { sentimentUrl: url, sentimentApiKey: key, sentimentTimeoutMs } = config;
    this.#config = config;
    this.#db = db;
    this.#feedback = new FeedbackStore(db);
    this.#items = new ItemStore(db);
    this.builder = new NeighbourBuilder({ ...config, database: config, catalogue: this.catalogue, log });
    const headers: Record<string, string> = key === "" ? {} : { authorization: `Bearer ${key}` };
    const checkMs = 1_000 * config.sentimentCheckSeconds;
    const timeoutMs = Math.min(CHECK_TIMEOUT_MS, sentimentTimeoutMs);
    if (config.scoresStream !== "")
      this.#stream = new ScoreStream({ ...config, timeoutMs: sentimentTimeoutMs });
    this.sentiment = new SentimentMonitor({
      client: this.#stream ?? new SentimentClient({ url, headers, timeoutMs, retries: 0 }),
      log,
      checkMs,
    });
    this.#scoring = new ScoreLoop({
      client: this.#stream ?? new SentimentClient({ url, headers, timeoutMs: sentimentTimeoutMs }),
      monitor: this.sentiment,
      log,
      batchItems: config.scoreBatchItems,
      firstDelayMs: 1_000,
      unscored: (limit) => this.#feedback.unscored(limit),
      save: async (scored, model) => {
        await this.#write(() => this.#feedback.saveScores(scored, model));
      },
      countAttempt: (keys) => this.#writes.run(() => this.#feedback.countAttempt(keys)),
      onOutcomes: (codes) => {
        for (const code of codes) this.outcomes.set(code, 1 + (this.outcomes.get(code) ?? 0));
      },
    });
  }

  /** Resolves when everything is loaded and the neighbours are built once. */
  static async open(config: Config, log: FastifyBaseLogger): Promise<Recommender> {
    const db = openDatabase(config);
    try {
      await migrate(db);
      const recommender = new Recommender(config, db, log);
      await recommender.#load();
      if (recommender.catalogue.rows > 0) await recommender.builder.build();
      return recommender;
    } catch (error) {
      await db.destroy();
      throw error;
    }
  }

  /** Starts to score texts and to rebuild the neighbours. */
  start(): void {
    this.sentiment.start();
    this.#scoring.start();
    this.builder.start();
  }

  /** Finishes the writes that have begun. Texts that are being scored stay unscored. */
  async close(): Promise<void> {
    await Promise.all([this.sentiment.stop(), this.#scoring.stop(), this.builder.stop()]);
    await this.#stream?.close();
    await this.#writes.run(() => this.#db.destroy());
  }

  /** Whether the queue of writes is full. */
  get overloaded(): boolean {
    return this.#writes.pending >= this.#config.maxPendingWrites;
  }

  /** Rejects with StorageUnavailable if the database cannot be used. */
  async ping(): Promise<void> {
    await this.#db.selectFrom("items").select("item_id").limit(1).execute();
  }

  /**
   * Resolves with one outcome per sent row when the rows are stored. Their texts are scored later.
   */
  async store(sent: readonly Sent[]): Promise<Outcome[]> {
    let outcomes: Outcome[] = [];
    await this.#write(async () => {
      const stored = await this.#feedback.store(sent, new Date().toISOString());
      outcomes = stored.outcomes;
      return stored.changes;
    });
    this.#scoring.wake();
    return outcomes;
  }

  /**
   * Has all texts scored again. Their old scores count until the new ones arrive. Resolves with the
   * number of texts that are to be scored.
   */
  async rescore(): Promise<number> {
    let last: Awaited<ReturnType<FeedbackStore["rescorePage"]>>["last"];
    do {
      await this.#write(async () => {
        const page = await this.#feedback.rescorePage(last);
        last = page.last;
        return page.changes;
      });
    } while (last !== undefined);
    this.#scoring.wake();
    return this.catalogue.unscored;
  }

  /** Resolves with the number of deleted rows. */
  async deleteUser(user: string): Promise<number> {
    const { length } = await this.#write(() => this.#feedback.deleteUser(user));
    return length;
  }

  async putItem(item_id: string, settings: ItemSettings): Promise<void> {
    await this.#write(async () => {
      await this.#items.put({ item_id, ...settings, created_at: new Date().toISOString() });
      this.catalogue.put(item_id, settings);
      return [];
    });
  }

  /** How the texts of an item were scored: by which models, how many without a score, which stars. */
  async texts(item: string) {
    const [models, interactionOnly, estimatedStars] = await Promise.all([
      this.#feedback.models(item),
      this.#feedback.interactionOnly(item),
      this.#feedback.estimatedStars(item),
    ]);
    return { models, interactionOnly, estimatedStars };
  }

  /**
   * The n best items for a user, as indices of the catalogue; popular items for a user without
   * history.
   */
  async recommend(user: string, n: number, category?: string): Promise<Ranked[]> {
    const { catalogue } = this;
    const history = await this.#feedback.history(user);
    const common = {
      itemCount: catalogue.size,
      popularity: catalogue.popularity,
      quality: catalogue.quality,
      excluded: (item: number) => catalogue.excluded(item, category),
      n,
      gamma: this.#config.gamma,
      popularityWeight: this.#config.popularityWeight,
    };
    if (history.length === 0) return popular(common);
    // An item that is being stored at this moment may not be in the catalogue yet.
    const own = history.map((item) => catalogue.index(item)).filter((item) => item !== undefined);
    return rank({ ...common, history: Int32Array.from(own), neighbours: this.builder.neighbours });
  }

  /** The n items most similar to this one, the most similar first. */
  similar(item: number, n: number): { item: number; similarity: number }[] {
    const { offsets, items, similarities } = this.builder.neighbours;
    const similar: { item: number; similarity: number }[] = [];
    const end = offsets[item + 1] ?? 0; // an item that is newer than the build has no neighbours
    for (let at = offsets[item] ?? 0; at < end && similar.length < n; at++) {
      const neighbour = items[at]!;
      if (!this.catalogue.hidden(neighbour)) similar.push({ item: neighbour, similarity: similarities[at]! });
    }
    return similar;
  }

  async #load(): Promise<void> {
    for (const { item_id, ...settings } of await this.#items.all()) this.catalogue.put(item_id, settings);
    await this.catalogue.recount(this.#feedback.pages());
  }

  /**
   * All changes of the feedback go through this method, so that the catalogue follows the database.
   * After a failed commit the state of the database is unknown. The next write then loads the
   * catalogue again first.
   */
  #write(write: () => Promise<Change[]>): Promise<Change[]> {
    return this.#writes.run(async () => {
      if (this.#inDoubt) await this.#load();
      this.#inDoubt = false;
      try {
        const changes = await write();
        this.catalogue.apply(changes);
        this.builder.onChange();
        return changes;
      } catch (error) {
        if (error instanceof StorageUnavailable) this.#inDoubt ||= error.inDoubt;
        throw error;
      }
    });
  }
}
