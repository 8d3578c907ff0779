import { TopK } from "../ranking/top-k.ts";
import type { Change } from "../storage/feedback.ts";
import type { FeedbackRow, ItemRow } from "../storage/tables.ts";
import { Counts } from "./counts.ts";

/** The settings of an item that decide whether it may be recommended. */
export type ItemSettings = Pick<ItemRow, "category" | "hidden">;

/**
 * The items in memory, as dense indices from 0 in the order in which they appeared. The ranking
 * reads from here. It follows the database change by change, so quality and popularity are always
 * up to date.
 */
export class Catalogue {
  readonly #indices = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #settings: ItemSettings[] = [];
  #counts = new Counts();
  #changes = 0;

  /** Adds an item, or replaces its settings. */
  put(id: string, settings: ItemSettings): void {
    this.#settings[this.#indexOrNew(id)] = settings;
  }

  /** Counts changes that the database has committed. */
  apply(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      const item = this.#indexOrNew((after ?? before)!.item_id);
      if (before !== undefined) this.#counts.remove(item, before);
      if (after !== undefined) this.#counts.add(item, after);
      if (before === undefined || after === undefined) this.#changes++;
    }
  }

  /**
   * Counts all rows of the database again. Indices stay the same. The old counts are used until the
   * last page has been read.
   */
  async recount(pages: AsyncIterable<readonly FeedbackRow[]>): Promise<void> {
    const counts = new Counts();
    for await (const page of pages) {
      for (const row of page) counts.add(this.#indexOrNew(row.item_id), row);
    }
    this.#counts = counts;
  }

  get size(): number {
    return this.#ids.length;
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  /** Texts that are still to be scored. */
  get unscored(): number {
    return this.#counts.unscored;
  }

  /** Pairs of user and item. */
  get rows(): number {
    return this.#counts.rows;
  }

  /** Texts that count as interactions only, by the reason. */
  get interactionOnly(): ReadonlyMap<string, number> {
    return this.#counts.interactionOnly;
  }

  /** Pairs that were added or deleted and that no build of the neighbours has read yet. */
  get changes(): number {
    return this.#changes;
  }

  /** Call this when a build begins. Returns the number of changes that the build will read. */
  takeChanges(): number {
    const changes = this.#changes;
    this.#changes = 0;
    return changes;
  }

  /** Call this when a build has failed: the next one has to read its changes. */
  returnChanges(changes: number): void {
    this.#changes += changes;
  }

  index(id: string): number | undefined {
    return this.#indices.get(id);
  }

  id(item: number): string {
    return this.#ids[item]!;
  }

  category(item: number): string | null {
    return this.#settings[item]!.category;
  }

  hidden(item: number): boolean {
    return this.#settings[item]!.hidden !== 0;
  }

  /** Whether the item is hidden, or not of `category` if one is given. */
  excluded(item: number, category: string | undefined): boolean {
    return this.hidden(item) || (category !== undefined && this.category(item) !== category);
  }

  /** The n items of the highest quality, the best first. */
  best(n: number, category: string | undefined): number[] {
    const top = new TopK(Math.min(n, this.size));
    for (let item = 0; item < this.size; item++) {
      if (!this.excluded(item, category)) top.push(item, this.quality(item));
    }
    const best: number[] = [];
    top.drain((item) => best.push(item));
    return best;
  }

  popularity = (item: number): number => this.#counts.interactions(item);
  quality = (item: number): number => this.#counts.quality(item);
  reviews = (item: number): number => this.#counts.reviews(item);

  #indexOrNew(id: string): number {
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    this.#indices.set(id, this.#ids.length);
    this.#settings.push({ category: null, hidden: 0 });
    return this.#ids.push(id) - 1;
  }
}
