/** A system that scores texts on any scale, higher for more positive texts. */
export interface Peer {
  name: string;
  score(texts: readonly string[]): Promise<Float64Array>;
}

export interface LabelledTexts {
  texts: string[];
  /** 1 for positive, 0 for negative. */
  labels: number[];
}

/** The threshold with the best accuracy on these rows: a score above it is positive. */
export function bestThreshold(scores: Float64Array, labels: readonly number[]): number {
  const order = [...scores.keys()].sort((a, b) => scores[a]! - scores[b]!);
  let right = labels.filter((label) => label === 1).length;
  let best = { right, threshold: Number.NEGATIVE_INFINITY };
  for (const [i, row] of order.entries()) {
    right += labels[row] === 0 ? 1 : -1;
    const next = order[i + 1];
    if (next !== undefined && scores[next] === scores[row]) continue;
    if (right > best.right) best = { right, threshold: scores[row]! };
  }
  return best.threshold;
}

/** The share of rows that a threshold classifies correctly. */
export const accuracyAt = (threshold: number, scores: Float64Array, labels: readonly number[]): number =>
  labels.filter((label, row) => Number(scores[row]! > threshold) === label).length / labels.length;
