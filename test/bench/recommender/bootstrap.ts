import { generator } from "../../../trainer/src/random.ts";
import type { Part } from "./metrics.ts";

export interface Interval {
  value: number;
  low: number;
  high: number;
}

const RESAMPLES = 2_000;

export function mean(parts: readonly Part[]): number {
  let [sum, weight] = [0, 0];
  for (const part of parts) {
    sum += part.sum;
    weight += part.weight;
  }
  return sum / weight;
}

/**
 * How much larger the mean of `ours` is than the mean of `base`, as a share of it, with the 95 %
 * percentile interval of the bootstrap over users (Efron and Tibshirani 1993). Paired: entry i of
 * both is user i, drawn together. A pure function of the seed.
 */
export function relativeGain(ours: readonly Part[], base: readonly Part[], seed = 1): Interval {
  const random = generator(seed);
  const gains = new Float64Array(RESAMPLES);
  for (let r = 0; r < RESAMPLES; r++) {
    let [sum, weight, baseSum, baseWeight] = [0, 0, 0, 0];
    for (let i = 0; i < ours.length; i++) {
      const user = Math.floor(random() * ours.length);
      sum += ours[user]!.sum;
      weight += ours[user]!.weight;
      baseSum += base[user]!.sum;
      baseWeight += base[user]!.weight;
    }
    gains[r] = sum / weight / (baseSum / baseWeight) - 1;
  }
  gains.sort();
  const quantile = (q: number) => gains[Math.round(q * (RESAMPLES - 1))]!;
  return { value: mean(ours) / mean(base) - 1, low: quantile(0.025), high: quantile(0.975) };
}
