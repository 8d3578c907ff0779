import { type RawBuilder, sql, type Transaction } from "kysely";
import type { Database } from "./database.ts";
import type { FeedbackKey, FeedbackRow, Tables } from "./tables.ts";

/** The number of rows per statement. */
export const CHUNK = 250;

/** The SQL condition for the rows after the given one, in the order of the keys. */
export function isAfter({ user_id, item_id }: FeedbackKey): RawBuilder<boolean> {
  return sql<boolean>`(user_id, item_id) > (${user_id}, ${item_id})`;
}

export function isOneOf(keys: readonly FeedbackKey[]): RawBuilder<boolean> {
  const pairs = keys.map(({ user_id, item_id }) => sql`(${user_id}, ${item_id})`);
  return sql<boolean>`(user_id, item_id) in (values ${sql.join(pairs)})`;
}

// An id has no line feed, so different keys give different texts.
export const keyOf = ({ user_id, item_id }: FeedbackKey) => `${user_id}\n${item_id}`;

export function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += CHUNK) yield all.slice(start, start + CHUNK);
}

export async function byKeys(
  db: Transaction<Tables>,
  keys: readonly FeedbackKey[],
): Promise<Map<string, FeedbackRow>> {
  const found = new Map<string, FeedbackRow>();
  for (const part of chunks(keys)) {
    const rows = await db.selectFrom("feedback").selectAll().where(isOneOf(part)).execute();
    for (const row of rows) found.set(keyOf(row), row);
  }
  return found;
}

export async function upsert(db: Database, rows: readonly FeedbackRow[]): Promise<void> {
  for (const part of chunks(rows)) {
    await db
      .insertInto("feedback")
      .values(part)
      .onConflict((conflict) =>
        conflict.columns(["user_id", "item_id"]).doUpdateSet(({ ref }) => ({
          at: ref("excluded.at"),
          rating: ref("excluded.rating"),
          text: ref("excluded.text"),
          score: ref("excluded.score"),
          stars: ref("excluded.stars"),
          model: ref("excluded.model"),
          interaction_only: ref("excluded.interaction_only"),
          attempts: ref("excluded.attempts"),
        })),
      )
      .execute();
  }
}
