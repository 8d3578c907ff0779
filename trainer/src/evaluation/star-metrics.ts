/** How well estimated stars agree with the given ones, and the score's own agreement beside it. */
export interface StarMetrics {
  /** Spearman's rank correlation of estimated and given stars. */
  spearman: number;
  /** The same of P(positive) and given stars: what the estimate must beat. */
  scoreSpearman: number;
  /** Mean distance of estimated from given stars, in stars. */
  meanAbsoluteError: number;
}

/** @param ratings the stars given, on the scale of the estimate */
export function starMetrics(
  stars: ArrayLike<number>,
  scores: ArrayLike<number>,
  ratings: readonly number[],
): StarMetrics {
  const distance = ratings.reduce((sum, rating, row) => sum + Math.abs(stars[row]! - rating), 0);
  return {
    spearman: spearman(stars, ratings),
    scoreSpearman: spearman(scores, ratings),
    meanAbsoluteError: distance / ratings.length,
  };
}

/**
 * Spearman's rank correlation (1904): Pearson's of the ranks, ties sharing their mean rank; 0 where
 * one side is all the same.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [centredRanks(a), centredRanks(b)];
  const dot = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  const scale = Math.sqrt(dot(x, x) * dot(y, y));
  return scale === 0 ? 0 : dot(x, y) / scale;
}

/** The rank of each value, from the mean rank. */
function centredRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    const rank = (from + to - order.length) / 2;
    for (; from < to; from++) ranks[order[from]!] = rank;
  }
  return ranks;
}
