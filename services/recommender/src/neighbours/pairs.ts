import type { FeedbackKey } from "../storage/tables.ts";

/**
 * Collects pairs of user and item as dense indices. Users are numbered in the order in which they
 * come, and an item has its position in `items`.
 */
export class Pairs {
  readonly #indices: ReadonlyMap<string, number>;
  #users = new Int32Array(4096);
  #items = new Int32Array(4096);
  #length = 0;
  #userCount = 0;
  #lastUser: string | undefined;

  constructor(items: readonly string[]) {
    this.#indices = new Map(items.map((item, index) => [item, index]));
  }

  /**
   * Adds rows, which must be sorted by user. It skips items that are not in `items`: they are newer
   * than this build.
   */
  add(rows: readonly FeedbackKey[]): void {
    for (const { user_id, item_id } of rows) {
      const item = this.#indices.get(item_id);
      if (item === undefined) continue;
      if (user_id !== this.#lastUser) {
        this.#lastUser = user_id;
        this.#userCount++;
      }
      if (this.#length === this.#users.length) this.#grow();
      this.#users[this.#length] = this.#userCount - 1;
      this.#items[this.#length++] = item;
    }
  }

  /** `users` and `itemIndices` int32 `[pairs]`. */
  columns(): { users: Int32Array; itemIndices: Int32Array; userCount: number } {
    const users = this.#users.subarray(0, this.#length);
    return { users, itemIndices: this.#items.subarray(0, this.#length), userCount: this.#userCount };
  }

  #grow(): void {
    const [users, items] = [this.#users, this.#items];
    this.#users = new Int32Array(2 * users.length);
    this.#items = new Int32Array(2 * items.length);
    this.#users.set(users);
    this.#items.set(items);
  }
}
