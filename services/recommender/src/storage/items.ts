import type { Database } from "./database.ts";
import type { ItemRow } from "./tables.ts";

export class ItemStore {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  all(): Promise<ItemRow[]> {
    return this.#db.selectFrom("items").selectAll().orderBy("item_id").execute();
  }

  /** Adds the item, or replaces its category and whether it is hidden. */
  put(item: ItemRow): Promise<void> {
    const { category, hidden } = item;
    return this.#db.transaction().execute(async (db) => {
      await db
        .insertInto("items")
        .values(item)
        .onConflict((conflict) => conflict.column("item_id").doUpdateSet({ category, hidden }))
        .execute();
    });
  }
}
