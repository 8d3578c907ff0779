/** One user's part of a mean. The mean over users is the sum of `sum` divided by that of `weight`. */
export interface Part {
  sum: number;
  weight: number;
}

export const METRICS = ["ndcg", "recall", "gauc", "likedShare"] as const;
export type Metric = (typeof METRICS)[number];
export type UserMetrics = Record<Metric, Part>;

const CUT = 10;

/**
 * A user's ranking (best first, every item that could be recommended) against what was held out
 * (`liked` by item; undefined where there is no verdict). Relevant is a held-out liked item.
 */
export function userMetrics(
  ranking: readonly number[],
  heldOut: ReadonlyMap<number, boolean | undefined>,
): UserMetrics {
  const relevant = [...heldOut.values()].filter((liked) => liked === true).length;
  const first = ranking.slice(0, CUT);
  const hits = first.filter((item) => heldOut.get(item) !== undefined);
  const likedHits = hits.filter((item) => heldOut.get(item));
  return {
    ndcg: {
      sum: ndcg(
        first.map((item) => heldOut.get(item) === true),
        relevant,
      ),
      weight: 1,
    },
    recall: { sum: likedHits.length / relevant, weight: 1 },
    gauc: areaUnderCurve(ranking.flatMap((item) => heldOut.get(item) ?? [])),
    likedShare: { sum: likedHits.length, weight: hits.length },
  };
}

/**
 * Normalized discounted cumulative gain with binary relevance: sum of 1/log2(rank + 1) over the
 * relevant of the list, divided by that of the best list of the same length (Jarvelin and
 * Kekalainen 2002).
 */
export function ndcg(list: readonly boolean[], relevant: number): number {
  const gain = (rank: number) => 1 / Math.log2(rank + 1);
  let [sum, best] = [0, 0];
  for (const [i, isRelevant] of list.entries()) {
    if (isRelevant) sum += gain(i + 1);
    if (i < relevant) best += gain(i + 1);
  }
  return best === 0 ? 0 : sum / best;
}

/**
 * The user's part of GAUC (Zhu et al. 2017): the share of (liked, disliked) pairs of the held-out
 * items that stand in the right order, weighted by the number of those items; weight 0 where all
 * are liked or none.
 */
export function areaUnderCurve(liked: readonly boolean[]): Part {
  let [likedBefore, right] = [0, 0];
  for (const isLiked of liked) {
    if (isLiked) likedBefore++;
    else right += likedBefore;
  }
  const pairs = likedBefore * (liked.length - likedBefore);
  return pairs === 0 ? { sum: 0, weight: 0 } : { sum: (right / pairs) * liked.length, weight: liked.length };
}

/** Spearman's rank correlation: Pearson's correlation of the ranks. Ties share their mean rank. */
export function spearman(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [ranks(x), ranks(y)];
  const mean = (x.length - 1) / 2;
  let [covariance, varianceA, varianceB] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [da, db] = [a[i]! - mean, b[i]! - mean];
    covariance += da * db;
    varianceA += da * da;
    varianceB += db * db;
  }
  return covariance / Math.sqrt(varianceA * varianceB);
}

function ranks(values: readonly number[]): Float64Array {
  const order = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
    for (let p = start; p < end; p++) result[order[p]!] = (start + end - 1) / 2;
    start = end;
  }
  return result;
}
