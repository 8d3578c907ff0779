/**
 * How much a reviewer liked an item: `y` in 0..1, and the weight `w` of this review in the item's
 * quality.
 */
export interface WeightedRating {
  y: number;
  w: number;
}

/** The weight of a sentiment score; a reviewer's own stars have the weight 1. */
const SCORE_WEIGHT = 0.6;
/** Every item starts with the overall mean, which counts as much as this many reviews. */
const PRIOR_WEIGHT = 5;
/** The overall mean before the first review. */
const NO_MEAN = 0.5;

/**
 * From the stars (1..5) if they were given, else from the score (0..1); undefined for an
 * interaction.
 */
export function weightedRating(row: { stars?: number; score?: number }): WeightedRating | undefined {
  if (row.stars !== undefined) return { y: (row.stars - 1) / 4, w: 1 };
  if (row.score !== undefined) return { y: row.score, w: SCORE_WEIGHT };
  return undefined;
}

/**
 * How well each item is liked, up to date after every review. It is the Bayesian average
 *
 *     q_i = (sum w*y + m*mu) / (sum w + m),   m = 5, mu the weighted mean of all reviews
 *
 * (the "true Bayesian estimate" that IMDb gave as the formula of its Top 250, here with weighted
 * reviews). Items are dense indices from 0.
 */
export class QualityTable {
  #sums = new Float64Array(1024);
  #weights = new Float64Array(1024);
  #reviews = new Int32Array(1024);
  #sum = 0;
  #weight = 0;
  #count = 0;

  add(item: number, { y, w }: WeightedRating): void {
    if (item >= this.#reviews.length) this.#grow(item + 1);
    this.#change(item, w * y, w, 1);
  }

  /**
   * Removes a rating that was added before, because its review was replaced or deleted.
   * @throws RangeError if the item has no rating
   */
  remove(item: number, { y, w }: WeightedRating): void {
    if (this.reviews(item) === 0) throw new RangeError(`item ${item} has no review to remove`);
    this.#change(item, -w * y, -w, -1);
    // Without reviews the sums are zero. Subtracted floats need not reach zero exactly.
    if (this.#reviews[item] === 0) this.#sums[item] = this.#weights[item] = 0;
    if (this.#count === 0) this.#sum = this.#weight = 0;
  }

  /** q_i, 0..1; the overall mean for an item without reviews. */
  quality(item: number): number {
    const mean = this.#count === 0 ? NO_MEAN : this.#sum / this.#weight;
    return ((this.#sums[item] ?? 0) + PRIOR_WEIGHT * mean) / ((this.#weights[item] ?? 0) + PRIOR_WEIGHT);
  }

  /** The number of the item's reviews that have stars or a score. */
  reviews(item: number): number {
    return this.#reviews[item] ?? 0;
  }

  #change(item: number, sum: number, weight: number, count: number): void {
    this.#sums[item]! += sum;
    this.#weights[item]! += weight;
    this.#reviews[item]! += count;
    this.#sum += sum;
    this.#weight += weight;
    this.#count += count;
  }

  #grow(least: number): void {
    const length = Math.max(least, 2 * this.#reviews.length);
    const [sums, weights, reviews] = [this.#sums, this.#weights, this.#reviews];
    this.#sums = new Float64Array(length);
    this.#weights = new Float64Array(length);
    this.#reviews = new Int32Array(length);
    this.#sums.set(sums);
    this.#weights.set(weights);
    this.#reviews.set(reviews);
  }
}
