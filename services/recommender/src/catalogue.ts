import { feeling, QualityTable } from "./ranking/quality.ts";
import { Top } from "./ranking/top.ts";
import type { Change } from "./storage/feedback.ts";
import type { FeedbackRow, ItemRow } from "./storage/tables.ts";

/** What of an item decides whether it may be recommended. */
export type ItemSettings = Pick<ItemRow, "category" | "hidden">;

/**
 * The items in memory, as dense indices from 0 in the order of their coming: what ranking reads. It follows the database
 * change by change, so quality and popularity are always up to date.
 */
export class Catalogue {
  readonly #indices = new Map<string, number>();
  readonly #ids: string[] = [];
  readonly #settings: ItemSettings[] = [];
  readonly #interactions: number[] = [];
  readonly #quality = new QualityTable();
  #unscored = 0;
  #rows = 0;
  #news = 0;

  /** Adds an item, or replaces its settings. */
  put(id: string, settings: ItemSettings): void {
    this.#settings[this.#indexOrNew(id)] = settings;
  }

  apply(changes: readonly Change[]): void {
    for (const { before, after } of changes) {
      const item = this.#indexOrNew((after ?? before)!.item_id);
      if (before !== undefined) this.#count(item, before, -1);
      if (after !== undefined) this.#count(item, after, 1);
      if (before === undefined || after === undefined) this.#news++;
    }
  }

  get size(): number {
    return this.#ids.length;
  }

  get ids(): readonly string[] {
    return this.#ids;
  }

  /** Texts that wait to be scored. */
  get unscored(): number {
    return this.#unscored;
  }

  /** Pairs of user and item. */
  get rows(): number {
    return this.#rows;
  }

  /** Pairs that came or went since the last call of `takeNews`. */
  get news(): number {
    return this.#news;
  }

  takeNews(): void {
    this.#news = 0;
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

  /** Not to be shown where only `category` is asked for. */
  excluded(item: number, category: string | undefined): boolean {
    return this.hidden(item) || (category !== undefined && this.category(item) !== category);
  }

  /** The n items of the highest quality, the best first. */
  best(n: number, category: string | undefined): number[] {
    const top = new Top(Math.min(n, this.size));
    for (let item = 0; item < this.size; item++) {
      if (!this.excluded(item, category)) top.push(item, this.quality(item));
    }
    const best: number[] = [];
    top.drain((item) => best.push(item));
    return best;
  }

  popularity = (item: number): number => this.#interactions[item]!;
  quality = (item: number): number => this.#quality.quality(item);
  reviews = (item: number): number => this.#quality.reviews(item);

  #indexOrNew(id: string): number {
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    this.#indices.set(id, this.#ids.length);
    this.#settings.push({ category: null, hidden: 0 });
    this.#interactions.push(0);
    return this.#ids.push(id) - 1;
  }

  #count(item: number, row: FeedbackRow, sign: 1 | -1): void {
    this.#rows += sign;
    this.#interactions[item]! += sign;
    if (row.text !== null && row.model === null) this.#unscored += sign;
    const felt = feeling({
      ...(row.rating !== null && { stars: row.rating }),
      ...(row.score !== null && { score: row.score }),
    });
    if (felt === undefined) return;
    if (sign === 1) this.#quality.add(item, felt);
    else this.#quality.remove(item, felt);
  }
}
