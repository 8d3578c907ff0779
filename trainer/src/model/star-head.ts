/**
 * The second output: how many stars the writer would give. The chance that they give more than the k-th value is
 * P(y > values[k]) = sigmoid(w . f + b_k): one weight vector for all thresholds (the proportional odds model, McCullagh
 * 1980; on a network's features, CORAL: Cao, Mirjalili and Raschka 2020).
 */
export interface StarHead {
  /** The ratings of the corpus, rising. */
  values: number[];
  /** w, float32 `[features]`. */
  kernel: Float32Array;
  /** b, float32 `[values - 1]`. */
  biases: Float32Array;
}

export const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** w . f of one row of `features` float32 `[rows, kernel.length]`. */
export function projection(kernel: Float32Array, features: Float32Array, row: number): number {
  let sum = 0;
  const from = row * kernel.length;
  for (let i = 0; i < kernel.length; i++) sum += kernel[i]! * features[from + i]!;
  return sum;
}

/**
 * Expected stars of each row: values[0] + sum over k of (values[k + 1] - values[k]) P(y > values[k]).
 * @param features float32 `[rows, kernel.length]`
 */
export function expectedStars({ values, kernel, biases }: StarHead, features: Float32Array): Float64Array {
  return Float64Array.from({ length: features.length / kernel.length }, (_, row) => {
    const x = projection(kernel, features, row);
    return biases.reduce((sum, b, k) => sum + (values[k + 1]! - values[k]!) * sigmoid(x + b), values[0]!);
  });
}
