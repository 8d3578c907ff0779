import { sql } from "kysely";
import type { Database } from "./database.ts";
import { byKeys, CHUNK, chunks, isAfter, isOneOf, keyOf, upsert } from "./feedback-rows.ts";
import { type Outcome, replace, type Sent } from "./replace.ts";
import type { FeedbackKey, FeedbackRow } from "./tables.ts";

const PAGE = 5_000;

/** How a row became another; without `before` it is new, without `after` it is gone. */
export interface Change {
  before: FeedbackRow | undefined;
  after: FeedbackRow | undefined;
}

/** What the sentiment service said of a text: a score, or (null) that it cannot be scored. */
export interface Scored extends FeedbackKey {
  text: string;
  score: number | null;
  stars?: number | undefined;
}

/** Writes answer with what they changed. One write at a time: see recommender.ts. */
export class FeedbackStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /** One outcome a sent row, in order; all of them are stored, or none. New items get their row. */
  store(sent: readonly Sent[], now: string): Promise<{ outcomes: Outcome[]; changes: Change[] }> {
    return this.#db.transaction().execute(async (db) => {
      const rows = await byKeys(db, sent);
      const changes = new Map<string, Change>();
      const outcomes = sent.map((one) => {
        const key = keyOf(one);
        const before = rows.get(key);
        const { outcome, after } = replace(before, one, now);
        if (outcome === "stored") {
          changes.set(key, { before: changes.has(key) ? changes.get(key)!.before : before, after });
          rows.set(key, after);
        }
        return outcome;
      });
      const stored = [...changes.values()];
      for (const part of chunks([...new Set(stored.map(({ after }) => after!.item_id))])) {
        const items = part.map((item_id) => ({ item_id, hidden: 0, created_at: now }));
        await db
          .insertInto("items")
          .values(items)
          .onConflict((c) => c.doNothing())
          .execute();
      }
      await upsert(
        db,
        stored.map(({ after }) => after!),
      );
      return { outcomes, changes: stored };
    });
  }

  /** Texts that wait to be scored, those tried least first. */
  async unscored(limit: number): Promise<(FeedbackKey & { text: string })[]> {
    const rows = await this.#db
      .selectFrom("feedback")
      .select(["user_id", "item_id", "text"])
      .where("text", "is not", null)
      .where("model", "is", null)
      .orderBy("attempts")
      .orderBy("at")
      .limit(limit)
      .execute();
    return rows.map((row) => ({ ...row, text: row.text! }));
  }

  /** Stores what `model` said; a row whose text has been replaced meanwhile is left to be scored again. */
  saveScores(scored: readonly Scored[], model: string): Promise<Change[]> {
    return this.#db.transaction().execute(async (db) => {
      const rows = await byKeys(db, scored);
      const changes = scored.flatMap(({ text, score, stars, ...key }) => {
        const before = rows.get(keyOf(key));
        if (before === undefined || before.text !== text || before.model !== null) return [];
        return [
          { before, after: { ...before, score, stars: stars ?? null, model, attempts: before.attempts + 1 } },
        ];
      });
      await upsert(
        db,
        changes.map(({ after }) => after),
      );
      return changes;
    });
  }

  /** Counts a try that gave no answer. */
  async countAttempt(keys: readonly FeedbackKey[]): Promise<void> {
    for (const part of chunks(keys)) {
      await this.#db
        .updateTable("feedback")
        .set({ attempts: sql`attempts + 1` })
        .where(isOneOf(part))
        .execute();
    }
  }

  /** Marks every text after `from` as unscored, one page of rows; gives the last key, undefined after the last page. */
  async rescorePage(
    from: FeedbackKey | undefined,
  ): Promise<{ last: FeedbackKey | undefined; changes: Change[] }> {
    const rows = await this.#from(from, 2 * CHUNK)
      .selectAll()
      .execute();
    const before = rows.filter(({ text, model }) => text !== null && model !== null);
    const changes = before.map((row) => ({ before: row, after: { ...row, model: null, attempts: 0 } }));
    await upsert(
      this.#db,
      changes.map(({ after }) => after),
    );
    return { last: rows.at(-1), changes };
  }

  deleteUser(user: string): Promise<Change[]> {
    return this.#db.transaction().execute(async (db) => {
      const rows = await db.selectFrom("feedback").selectAll().where("user_id", "=", user).execute();
      await db.deleteFrom("feedback").where("user_id", "=", user).execute();
      return rows.map((before) => ({ before, after: undefined }));
    });
  }

  /** The items a user has anything to do with. */
  async history(user: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom("feedback")
      .select("item_id")
      .where("user_id", "=", user)
      .execute();
    return rows.map(({ item_id }) => item_id);
  }

  /** The models that scored an item's texts, with how many each. */
  async models(item: string): Promise<{ model: string; texts: number }[]> {
    const rows = await this.#db
      .selectFrom("feedback")
      .select(({ fn }) => ["model", fn.countAll().as("texts")])
      .where("item_id", "=", item)
      .where("model", "is not", null)
      .where("score", "is not", null)
      .groupBy("model")
      .orderBy("model")
      .execute();
    return rows.map(({ model, texts }) => ({ model: model!, texts: Number(texts) }));
  }

  /** The mean of the stars that the model estimates for an item's texts, and of how many; undefined where there are none. */
  async estimatedStars(item: string): Promise<{ mean: number; texts: number } | undefined> {
    const { mean, texts } = await this.#db
      .selectFrom("feedback")
      .select(({ fn }) => [fn.avg("stars").as("mean"), fn.count("stars").as("texts")])
      .where("item_id", "=", item)
      .executeTakeFirstOrThrow();
    return mean === null ? undefined : { mean: Number(mean), texts: Number(texts) };
  }

  /** Everything by key, in pages. Texts are left where they are: one that is there reads as "". */
  async *pages(): AsyncGenerator<FeedbackRow[]> {
    const noText = sql<string | null>`case when text is null then null else '' end`.as("text");
    const columns = ["user_id", "item_id", "at", "rating", "score", "stars", "model", "attempts"] as const;
    let rows: FeedbackRow[] = [];
    do {
      rows = await this.#from(rows.at(-1), PAGE).select(columns).select(noText).execute();
      yield rows;
    } while (rows.length === PAGE);
  }

  /** Who interacted with what, by key, in pages. */
  async *pairs(): AsyncGenerator<FeedbackKey[]> {
    let rows: FeedbackKey[] = [];
    do {
      rows = await this.#from(rows.at(-1), PAGE).select(["user_id", "item_id"]).execute();
      yield rows;
    } while (rows.length === PAGE);
  }

  #from(key: FeedbackKey | undefined, limit: number) {
    const query = this.#db.selectFrom("feedback").orderBy("user_id").orderBy("item_id").limit(limit);
    return key === undefined ? query : query.where(isAfter(key));
  }
}
