import { sql } from "kysely";
import type { Database } from "./database.ts";
import { byKeys, CHUNK, chunks, isAfter, isOneOf, keyOf, upsert } from "./feedback-rows.ts";
import { type Outcome, replace, type Sent } from "./replace.ts";
import type { FeedbackKey, FeedbackRow } from "./tables.ts";

const PAGE = 5_000;
const WITHOUT_TEXT = [
  "user_id",
  "item_id",
  "at",
  "rating",
  "score",
  "stars",
  "model",
  "interaction_only",
  "attempts",
] as const;

/** A change of one row. Without `before` the row is new; without `after` it was deleted. */
export interface Change {
  before: FeedbackRow | undefined;
  after: FeedbackRow | undefined;
}

/**
 * The sentiment service's final answer to a text: a score, or the reason why the text counts as an
 * interaction only.
 */
export type ScoredText = FeedbackKey & { text: string } & (
    | { score: number; stars?: number | undefined }
    | { interactionOnly: string }
  );

/** The queries of the feedback table. The caller runs one write at a time: see write-queue.ts. */
export class FeedbackStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  /**
   * Stores all rows or none, and creates the items that are new. Resolves with one outcome per sent
   * row, in order, and with the changes.
   */
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

  /** At most `limit` texts that are still to be scored, those with the fewest attempts first. */
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

  /** Stores the answers of `model`. A row whose text was replaced in the meantime stays unscored. */
  saveScores(scored: readonly ScoredText[], model: string): Promise<Change[]> {
    return this.#db.transaction().execute(async (db) => {
      const rows = await byKeys(db, scored);
      const changes = scored.flatMap((one) => {
        const before = rows.get(keyOf(one));
        if (before === undefined || before.text !== one.text || before.model !== null) return [];
        const result =
          "score" in one
            ? { score: one.score, stars: one.stars ?? null, interaction_only: null }
            : { score: null, stars: null, interaction_only: one.interactionOnly };
        return [{ before, after: { ...before, ...result, model, attempts: before.attempts + 1 } }];
      });
      await upsert(
        db,
        changes.map(({ after }) => after),
      );
      return changes;
    });
  }

  /** Counts an attempt to score these texts that gave no final answer. */
  countAttempt(keys: readonly FeedbackKey[]): Promise<void> {
    return this.#db.transaction().execute(async (db) => {
      for (const part of chunks(keys)) {
        await db.updateTable("feedback").set({ attempts: sql`attempts + 1` }).where(isOneOf(part)).execute();
      }
    });
  }

  /**
   * Marks the texts of the next page of rows after `from` as unscored. `last` is the page's last
   * key; it is undefined after the last page.
   */
  rescorePage(from: FeedbackKey | undefined): Promise<{ last: FeedbackKey | undefined; changes: Change[] }> {
    return this.#db.transaction().execute(async (db) => {
      const rows = await page(db, from, 2 * CHUNK)
        .selectAll()
        .execute();
      const before = rows.filter(({ text, model }) => text !== null && model !== null);
      const changes = before.map((row) => ({ before: row, after: { ...row, model: null, attempts: 0 } }));
      await upsert(
        db,
        changes.map(({ after }) => after),
      );
      return { last: rows.at(-1), changes };
    });
  }

  deleteUser(user: string): Promise<Change[]> {
    return this.#db.transaction().execute(async (db) => {
      const rows = await db.selectFrom("feedback").selectAll().where("user_id", "=", user).execute();
      await db.deleteFrom("feedback").where("user_id", "=", user).execute();
      return rows.map((before) => ({ before, after: undefined }));
    });
  }

  /** The items that a user gave feedback on. */
  async history(user: string): Promise<string[]> {
    const rows = await this.#db
      .selectFrom("feedback")
      .select("item_id")
      .where("user_id", "=", user)
      .execute();
    return rows.map(({ item_id }) => item_id);
  }

  /** The models that scored an item's texts, and how many texts each. */
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

  /** Why texts of an item count as interactions only, and how many texts per reason. */
  async interactionOnly(item: string): Promise<{ reason: string; texts: number }[]> {
    const rows = await this.#db
      .selectFrom("feedback")
      .select(({ fn }) => ["interaction_only", fn.countAll().as("texts")])
      .where("item_id", "=", item)
      .where("interaction_only", "is not", null)
      .groupBy("interaction_only")
      .orderBy("interaction_only")
      .execute();
    return rows.map(({ interaction_only, texts }) => ({ reason: interaction_only!, texts: Number(texts) }));
  }

  /**
   * The mean of the stars that the model estimates for an item's texts; undefined if it estimates
   * none.
   */
  async estimatedStars(item: string): Promise<{ mean: number; texts: number } | undefined> {
    const { mean, texts } = await this.#db
      .selectFrom("feedback")
      .select(({ fn }) => [fn.avg("stars").as("mean"), fn.count("stars").as("texts")])
      .where("item_id", "=", item)
      .executeTakeFirstOrThrow();
    return mean === null ? undefined : { mean: Number(mean), texts: Number(texts) };
  }

  /** All rows in the order of their keys, in pages. A row that has a text gets "" in its place. */
  async *pages(): AsyncGenerator<FeedbackRow[]> {
    const noText = sql<string | null>`case when text is null then null else '' end`.as("text");
    let rows: FeedbackRow[] = [];
    do {
      rows = await page(this.#db, rows.at(-1), PAGE).select(WITHOUT_TEXT).select(noText).execute();
      yield rows;
    } while (rows.length === PAGE);
  }

  /** All pairs of user and item in the order of their keys, in pages. */
  async *pairs(): AsyncGenerator<FeedbackKey[]> {
    let rows: FeedbackKey[] = [];
    do {
      rows = await page(this.#db, rows.at(-1), PAGE).select(["user_id", "item_id"]).execute();
      yield rows;
    } while (rows.length === PAGE);
  }
}

/** At most `limit` rows after `key`, in the order of their keys. */
function page(db: Database, key: FeedbackKey | undefined, limit: number) {
  const query = db.selectFrom("feedback").orderBy("user_id").orderBy("item_id").limit(limit);
  return key === undefined ? query : query.where(isAfter(key));
}
