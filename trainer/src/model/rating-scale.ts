/**
 * The ratings of a corpus in ascending order, and the boundary that divides negative from positive.
 */
export interface RatingScale {
  values: number[];
  /** The positive ratings are those above `values[middle]`. */
  middle: number;
}

/** If a corpus has more different ratings than this, only their class is learned. */
const MAX_RATINGS = 10;

/** @param positiveAbove a rating above this is positive */
export function ratingScale(ratings: readonly number[], positiveAbove: number): RatingScale {
  const values = [...new Set(ratings)].sort((a, b) => a - b);
  const middle = values.findLastIndex((value) => value <= positiveAbove);
  const ordered = values.length > 2 && values.length <= MAX_RATINGS;
  if (ordered && middle >= 0 && middle < values.length - 1) return { values, middle };
  return { values: [0, 1], middle: 0 };
}

/**
 * P(positive) of each text, from the log-odds of all its thresholds, float32 `[texts, thresholds]`,
 * and a shift of them.
 */
export function positiveScores(logits: Float32Array, texts: number, middle: number, shift = 0): Float64Array {
  const thresholds = logits.length / texts;
  return Float64Array.from(
    { length: texts },
    (_, i) => 1 / (1 + Math.exp(-logits[i * thresholds + middle]! - shift)),
  );
}

/**
 * Expected stars from the log-odds of a rating above each threshold: values[0] + sum over k of
 * (values[k + 1] - values[k]) P(rating > values[k]).
 *
 * @param logits float32 `[rows, values - 1]`
 */
export function expectedStars(logits: Float32Array, values: readonly number[]): Float64Array {
  const thresholds = values.length - 1;
  return Float64Array.from({ length: logits.length / thresholds }, (_, row) => {
    let stars = values[0]!;
    for (let k = 0; k < thresholds; k++)
      stars += (values[k + 1]! - values[k]!) / (1 + Math.exp(-logits[row * thresholds + k]!));
    return stars;
  });
}
