import { QualityTable, weightedRating } from "../ranking/quality.ts";
import type { FeedbackRow } from "../storage/tables.ts";

/**
 * The totals of the feedback rows, overall and per item. Only rows that were added may be removed.
 */
export class Counts {
  rows = 0;
  unscored = 0;
  readonly interactionOnly = new Map<string, number>();
  readonly #interactions: number[] = [];
  readonly #quality = new QualityTable();

  add(item: number, row: FeedbackRow): void {
    this.#count(item, row, 1);
    const rating = ratingOf(row);
    if (rating !== undefined) this.#quality.add(item, rating);
  }

  remove(item: number, row: FeedbackRow): void {
    this.#count(item, row, -1);
    const rating = ratingOf(row);
    if (rating !== undefined) this.#quality.remove(item, rating);
  }

  interactions(item: number): number {
    return this.#interactions[item] ?? 0;
  }

  quality(item: number): number {
    return this.#quality.quality(item);
  }

  reviews(item: number): number {
    return this.#quality.reviews(item);
  }

  #count(item: number, row: FeedbackRow, sign: 1 | -1): void {
    this.rows += sign;
    while (this.#interactions.length <= item) this.#interactions.push(0);
    this.#interactions[item]! += sign;
    if (row.text !== null && row.model === null) this.unscored += sign;
    const reason = row.interaction_only;
    if (reason === null) return;
    this.interactionOnly.set(reason, (this.interactionOnly.get(reason) ?? 0) + sign);
  }
}

function ratingOf({ rating, score }: FeedbackRow) {
  return weightedRating({ ...(rating !== null && { stars: rating }), ...(score !== null && { score }) });
}
