/** How well the estimated stars agree with the given ones, and how well the score does. */
export interface StarMetrics {
  /** Spearman's rank correlation of estimated and given stars. */
  spearman: number;
  /** The same for P(positive) and given stars. The estimate should be better. */
  scoreSpearman: number;
  /** The mean absolute difference between estimated and given stars. */
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
 * Spearman's rank correlation (1904): Pearson's correlation of the ranks. Ties get their mean rank.
 * 0 if one side is constant.
 */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [x, y] = [centredRanks(a), centredRanks(b)];
  const dot = (u: Float64Array, v: Float64Array) => u.reduce((sum, value, i) => sum + value * v[i]!, 0);
  const scale = Math.sqrt(dot(x, x) * dot(y, y));
  return scale === 0 ? 0 : dot(x, y) / scale;
}

/** The rank of each value; ties get their mean rank. */
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
