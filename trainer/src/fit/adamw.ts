/** Moments of AdamW for one flat array of parameters, and the number of steps taken. */
export interface AdamState {
  mean: Float32Array;
  variance: Float32Array;
  steps: number;
}

export const newAdamState = (size: number): AdamState => ({
  mean: new Float32Array(size),
  variance: new Float32Array(size),
  steps: 0,
});

const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;

/**
 * One AdamW step (Kingma and Ba 2015; decoupled decay, Loshchilov and Hutter 2019) on `size`
 * numbers from `offset`, in place. `state.steps` counts from 1; the caller increments it once per
 * step.
 * @param gradient float32, from `gradientOffset`
 */
export function adamwUpdate(
  values: Float32Array,
  state: AdamState,
  gradient: Float32Array,
  { learningRate, weightDecay }: { learningRate: number; weightDecay: number },
  { offset, gradientOffset, size }: { offset: number; gradientOffset: number; size: number },
): void {
  const { mean, variance, steps } = state;
  const rate = (learningRate * Math.sqrt(1 - BETA2 ** steps)) / (1 - BETA1 ** steps);
  const decay = 1 - learningRate * weightDecay;
  for (let k = 0; k < size; k++) {
    const i = offset + k;
    const g = gradient[gradientOffset + k]!;
    const m = BETA1 * mean[i]! + (1 - BETA1) * g;
    const v = BETA2 * variance[i]! + (1 - BETA2) * g * g;
    mean[i] = m;
    variance[i] = v;
    values[i] = decay * values[i]! - (rate * m) / (Math.sqrt(v) + EPSILON);
  }
}

/**
 * Scales the gradients together so that their joint L2 norm is at most `limit` (Pascanu et al.
 * 2013); returns the norm before.
 */
export function clipByGlobalNorm(gradients: Float32Array[], limit: number | null): number {
  let sum = 0;
  for (const gradient of gradients)
    for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!;
  const norm = Math.sqrt(sum);
  if (limit !== null && norm > limit) {
    for (const gradient of gradients) for (let i = 0; i < gradient.length; i++) gradient[i]! *= limit / norm;
  }
  return norm;
}
