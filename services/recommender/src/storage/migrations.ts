import { type Kysely, type Migration, sql } from "kysely";

/**
 * The migrations run in the order of their names. Never change a released one; add another instead.
 */
export const MIGRATIONS: Record<string, Migration> = {
  "001-items-and-feedback": {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable("items")
        .addColumn("item_id", "text", (column) => column.primaryKey())
        .addColumn("category", "text")
        .addColumn("hidden", "integer", (column) => column.notNull().defaultTo(0))
        .addColumn("created_at", "text", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("feedback")
        .addColumn("user_id", "text", (column) => column.notNull())
        .addColumn("item_id", "text", (column) => column.notNull())
        .addColumn("at", "text", (column) => column.notNull())
        .addColumn("rating", "double precision")
        .addColumn("text", "text")
        .addColumn("score", "double precision")
        .addColumn("model", "text")
        .addColumn("attempts", "integer", (column) => column.notNull().defaultTo(0))
        .addPrimaryKeyConstraint("feedback_key", ["user_id", "item_id"])
        .execute();
      await db.schema.createIndex("feedback_item").on("feedback").column("item_id").execute();
      // This index has the unscored texts only, so the search for them is fast if there are few.
      await db.schema
        .createIndex("feedback_unscored")
        .on("feedback")
        .columns(["attempts", "at"])
        .where(sql<boolean>`text is not null and model is null`)
        .execute();
    },
  },
  "002-estimated-stars": {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable("feedback").addColumn("stars", "double precision").execute();
    },
  },
  "003-interaction-only": {
    async up(db: Kysely<unknown>) {
      await db.schema.alterTable("feedback").addColumn("interaction_only", "text").execute();
    },
  },
};
