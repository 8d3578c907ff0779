import { SentimentClient } from "@undertone/client";
import type { FastifyBaseLogger } from "fastify";
import pLimit from "p-limit";
import { Catalogue, type ItemSettings } from "./catalogue.ts";
import type { Config } from "./config.ts";
import { NeighbourBuilder } from "./neighbours/builder.ts";
import { popular, type Ranked, rank } from "./ranking/rank.ts";
import { ScoreLoop } from "./score-loop.ts";
import { type Database, migrate, openDatabase } from "./storage/database.ts";
import { type Change, FeedbackStore } from "./storage/feedback.ts";
import { ItemStore } from "./storage/items.ts";
import type { Outcome, Sent } from "./storage/replace.ts";

/**
 * From reviews to recommendations:
 *
 *   feedback ─ store ─> database ─ score (in the background) ─> database
 *                          │ every change
 *                      catalogue: quality, popularity ──┐
 *                      neighbours (built by a thread) ──┴─ rank ─> recommendations
 *
 * One process a database: what it keeps in memory follows its own writes, which are done one at a time, so that memory and
 * database change in the same order.
 */
export class Recommender {
  readonly catalogue = new Catalogue();
  readonly builder: NeighbourBuilder;
  readonly outcomes = new Map<string, number>();
  readonly #config: Config;
  readonly #db: Database;
  readonly #feedback: FeedbackStore;
  readonly #items: ItemStore;
  readonly #scoring: ScoreLoop;
  readonly #writing = pLimit(1);

  private constructor(config: Config, db: Database, log: FastifyBaseLogger) {
    const { sentimentUrl, sentimentTimeoutMs, scoreBatchItems } = config;
    this.#config = config;
    this.#db = db;
    this.#feedback = new FeedbackStore(db);
    this.#items = new ItemStore(db);
    this.builder = new NeighbourBuilder({ ...config, database: config, catalogue: this.catalogue, log });
    this.#scoring = new ScoreLoop({
      client: new SentimentClient({ url: sentimentUrl, timeoutMs: sentimentTimeoutMs }),
      log,
      batchItems: scoreBatchItems,
      firstDelayMs: 1_000,
      unscored: (limit) => this.#feedback.unscored(limit),
      save: async (scored, model) => {
        await this.#write(() => this.#feedback.saveScores(scored, model));
      },
      countAttempt: (keys) => this.#writing(() => this.#feedback.countAttempt(keys)),
      onOutcomes: (codes) => {
        for (const code of codes) this.outcomes.set(code, 1 + (this.outcomes.get(code) ?? 0));
      },
    });
  }

  /** Resolves with everything loaded and the neighbours built once. */
  static async open(config: Config, log: FastifyBaseLogger): Promise<Recommender> {
    const db = openDatabase(config);
    try {
      await migrate(db);
      const recommender = new Recommender(config, db, log);
      await recommender.#load();
      return recommender;
    } catch (error) {
      await db.destroy();
      throw error;
    }
  }

  /** Begins to score and to rebuild. */
  start(): void {
    this.#scoring.start();
    this.builder.start();
  }

  /** What is being written is finished; texts that are being scored stay unscored. */
  async close(): Promise<void> {
    await Promise.all([this.#scoring.stop(), this.builder.stop()]);
    await this.#writing(() => this.#db.destroy());
  }

  /** Whether so many writes wait that no other is taken. */
  get overloaded(): boolean {
    return this.#writing.pendingCount >= this.#config.maxWaitingWrites;
  }

  /** Rejects when the database does not answer. */
  async ping(): Promise<void> {
    await this.#db.selectFrom("items").select("item_id").limit(1).execute();
  }

  /** One outcome a sent row; stored when this resolves, scored some time later. */
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

  /** All texts are scored again, by and by; until then their old scores count. Gives how many wait. */
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

  /** Gives how many rows of theirs there were. */
  async deleteUser(user: string): Promise<number> {
    const { length } = await this.#write(() => this.#feedback.deleteUser(user));
    return length;
  }

  async putItem(item_id: string, settings: ItemSettings): Promise<void> {
    await this.#writing(async () => {
      await this.#items.put({ item_id, ...settings, created_at: new Date().toISOString() });
      this.catalogue.put(item_id, settings);
    });
  }

  /** The models that scored the item's texts, and how many texts each. */
  models(item: string): Promise<{ model: string; texts: number }[]> {
    return this.#feedback.models(item);
  }

  /** What stars the model estimates for the item's texts: their mean, and how many; they do not move its quality. */
  estimatedStars(item: string): Promise<{ mean: number; texts: number } | undefined> {
    return this.#feedback.estimatedStars(item);
  }

  /** The n best for a user, as indices of the catalogue; the popular ones for a user without history. */
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
    };
    if (history.length === 0) return popular(common);
    // An item that was stored this very moment may not have come to memory yet.
    const own = history.map((item) => catalogue.index(item)).filter((item) => item !== undefined);
    return rank({ ...common, history: Int32Array.from(own), neighbours: this.builder.neighbours });
  }

  /** The n items most similar to this one, the most similar first. */
  similar(item: number, n: number): { item: number; similarity: number }[] {
    const { offsets, items, similarities } = this.builder.neighbours;
    const similar: { item: number; similarity: number }[] = [];
    const end = offsets[item + 1] ?? 0; // an item newer than the neighbours has none
    for (let at = offsets[item] ?? 0; at < end && similar.length < n; at++) {
      const neighbour = items[at]!;
      if (!this.catalogue.hidden(neighbour)) similar.push({ item: neighbour, similarity: similarities[at]! });
    }
    return similar;
  }

  async #load(): Promise<void> {
    for (const { item_id, ...settings } of await this.#items.all()) this.catalogue.put(item_id, settings);
    for await (const page of this.#feedback.pages()) {
      this.catalogue.apply(page.map((after) => ({ before: undefined, after })));
    }
    if (this.catalogue.rows > 0) await this.builder.build();
  }

  /** The only way in: a change of the database is a change of the catalogue. */
  #write(write: () => Promise<Change[]>): Promise<Change[]> {
    return this.#writing(async () => {
      const changes = await write();
      this.catalogue.apply(changes);
      this.builder.onNews();
      return changes;
    });
  }
}
