/** P(positive) of each row from logits float32 `[rows, 2]`, divided by a temperature. */
export function scores(logits: Float32Array, temperature = 1): Float64Array {
  const result = new Float64Array(logits.length / 2);
  for (let i = 0; i < result.length; i++) {
    result[i] = 1 / (1 + Math.exp((logits[2 * i]! - logits[2 * i + 1]!) / temperature));
  }
  return result;
}

export function accuracy(p: Float64Array, labels: readonly number[]): number {
  let right = 0;
  for (let i = 0; i < p.length; i++) if (Number(p[i]! >= 0.5) === labels[i]) right++;
  return right / p.length;
}

/** Mean negative log-likelihood, in nats. */
export function logLoss(p: Float64Array, labels: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum -= Math.log(Math.max(1e-12, labels[i] === 1 ? p[i]! : 1 - p[i]!));
  return sum / p.length;
}

export interface ReliabilityBin {
  confidence: number;
  accuracy: number;
  count: number;
}

/** Mean confidence (the larger probability) and accuracy in 15 bins of equal width over 0..1; empty ones left out. */
export function reliability(p: Float64Array, labels: readonly number[]): ReliabilityBin[] {
  const bins = Array.from({ length: 15 }, () => ({ confidence: 0, accuracy: 0, count: 0 }));
  for (let i = 0; i < p.length; i++) {
    const sure = Math.max(p[i]!, 1 - p[i]!);
    const bin = bins[Math.min(14, Math.floor(sure * 15))]!;
    bin.confidence += sure;
    bin.accuracy += Number(Number(p[i]! >= 0.5) === labels[i]);
    bin.count++;
  }
  return bins
    .filter((b) => b.count > 0)
    .map(({ confidence, accuracy, count }) => ({ confidence: confidence / count, accuracy: accuracy / count, count }));
}

/** Expected calibration error over those bins (Guo et al. 2017), 0..1. */
export function expectedCalibrationError(p: Float64Array, labels: readonly number[]): number {
  const bins = reliability(p, labels);
  return bins.reduce((sum, b) => sum + b.count * Math.abs(b.confidence - b.accuracy), 0) / p.length;
}

/** The temperature that makes validation likeliest (Guo et al. 2017), by golden-section search on its logarithm. */
export function fitTemperature(logits: Float32Array, labels: readonly number[]): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  const loss = (log: number) => logLoss(scores(logits, Math.exp(log)), labels);
  let [low, high] = [-2, 3];
  for (let i = 0; i < 60; i++) {
    const [a, b] = [high - ratio * (high - low), low + ratio * (high - low)];
    if (loss(a) < loss(b)) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}
