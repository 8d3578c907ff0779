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

/**
 * The mean negative log-likelihood, in nats.
 * @param weights of the rows; by default equal
 */
export function logLoss(p: Float64Array, labels: readonly number[], weights?: readonly number[]): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < p.length; i++) {
    const weight = weights?.[i] ?? 1;
    sum -= weight * Math.log(Math.max(1e-12, labels[i] === 1 ? p[i]! : 1 - p[i]!));
    total += weight;
  }
  return sum / total;
}

export interface ReliabilityBin {
  confidence: number;
  accuracy: number;
  count: number;
}

/**
 * The mean confidence (the larger probability) and the accuracy in 15 bins of equal width over
 * 0..1, without empty bins.
 */
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
    .map(({ confidence, accuracy, count }) => ({
      confidence: confidence / count,
      accuracy: accuracy / count,
      count,
    }));
}

/** Expected calibration error over those bins (Guo et al. 2017), 0..1. */
export function expectedCalibrationError(p: Float64Array, labels: readonly number[]): number {
  const bins = reliability(p, labels);
  return bins.reduce((sum, b) => sum + b.count * Math.abs(b.confidence - b.accuracy), 0) / p.length;
}

/** The calibration of log-odds: they are divided by the temperature, then the shift is added. */
export interface Calibration {
  temperature: number;
  shift: number;
}

/**
 * The temperature and shift that maximize the likelihood of the labels (Platt 1999; without the
 * shift Guo et al. 2017), by Newton's method.
 * @param logOdds of positive, one per row
 * @param weights of the rows; by default equal
 */
export function fitCalibration(
  logOdds: Float64Array,
  labels: readonly number[],
  weights?: readonly number[],
): Calibration {
  let [slope, shift] = [1, 0];
  for (let step = 0; step < 50; step++) {
    let [gs, gb, hss, hsb, hbb] = [0, 0, 1e-9, 0, 1e-9];
    for (const [i, z] of logOdds.entries()) {
      const weight = weights?.[i] ?? 1;
      const p = 1 / (1 + Math.exp(-(slope * z + shift)));
      const error = weight * (p - labels[i]!);
      const curvature = weight * p * (1 - p);
      gs += error * z;
      gb += error;
      hss += curvature * z * z;
      hsb += curvature * z;
      hbb += curvature;
    }
    const determinant = hss * hbb - hsb * hsb;
    const moved = [(hbb * gs - hsb * gb) / determinant, (hss * gb - hsb * gs) / determinant] as const;
    if (!moved.every(Number.isFinite)) break;
    // If the rows are perfectly separated, the slope would grow without limit.
    slope = Math.min(20, Math.max(0.05, slope - moved[0]));
    shift = Math.min(5, Math.max(-5, shift - moved[1]));
    if (Math.abs(moved[0]) + Math.abs(moved[1]) < 1e-10) break;
  }
  return { temperature: 1 / slope, shift };
}

/** The figures of a split: accuracy, mean log-loss in nats, ECE. */
export const metricsOf = (p: Float64Array, labels: readonly number[]) => ({
  accuracy: accuracy(p, labels),
  loss: logLoss(p, labels),
  ece: expectedCalibrationError(p, labels),
});

/**
 * The probability that a positive row scores above a negative one; ties count half (Mann and
 * Whitney 1947).
 */
export function areaUnderCurve(p: Float64Array, labels: readonly number[]): number {
  const order = [...p.keys()].sort((a, b) => p[a]! - p[b]!);
  const positives = labels.filter((label) => label === 1).length;
  let rankSum = 0;
  for (let from = 0; from < order.length; ) {
    let to = from;
    while (to < order.length && p[order[to]!] === p[order[from]!]) to++;
    const meanRank = (from + 1 + to) / 2;
    for (; from < to; from++) if (labels[order[from]!] === 1) rankSum += meanRank;
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * (labels.length - positives));
}

const EDGES = [0, 50, 100, 200, 300, Number.POSITIVE_INFINITY];

/** Row numbers by the number of scored tokens, without empty groups. */
export function lengthGroups(lengths: readonly number[]): { group: string; rows: number[] }[] {
  return EDGES.slice(1).flatMap((to, i) => {
    const from = EDGES[i]!;
    const rows = [...lengths.keys()].filter((row) => lengths[row]! > from && lengths[row]! <= to);
    const group = Number.isFinite(to) ? `${from + 1}-${to}` : `over ${from}`;
    return rows.length > 0 ? [{ group, rows }] : [];
  });
}

export interface Group {
  group: string;
  rows: number;
  accuracy: number;
  ece: number;
}

/** Accuracy and ECE of some of the rows. */
export function metricsOfGroup(
  { group, rows }: { group: string; rows: readonly number[] },
  p: Float64Array,
  labels: readonly number[],
): Group {
  const part = Float64Array.from(rows, (row) => p[row]!);
  const truth = rows.map((row) => labels[row]!);
  return {
    group,
    rows: rows.length,
    accuracy: accuracy(part, truth),
    ece: expectedCalibrationError(part, truth),
  };
}
