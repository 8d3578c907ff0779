import { projection, type StarHead, sigmoid } from "../model/star-head.ts";
import { shuffle } from "../random.ts";
import { type AdamState, adamwUpdate, newAdamState } from "./adamw.ts";
import { chunks } from "./batches.ts";

const EPOCHS = 20;
const BATCH = 128;
/** At the start; it falls to 0 in a straight line. */
const LEARNING_RATE = 0.01;
const WEIGHT_DECAY = 0.01;

/**
 * Fits a head on a network that stays as it is: AdamW on the cross-entropy of all thresholds (Cao, Mirjalili and Raschka
 * 2020, whose theorem 1 puts the biases in order), the same for the same arguments.
 *
 * @param features float32 `[rows, features]`
 * @param ratings of each row, at least two different ones
 */
export function fitHead(features: Float32Array, ratings: readonly number[], seed: number): StarHead {
  const values = [...new Set(ratings)].sort((a, b) => a - b);
  const width = features.length / ratings.length;
  const head = { values, kernel: new Float32Array(width), biases: logOdds(ratings, values) };
  const state = { kernel: newAdamState(width), biases: newAdamState(head.biases.length) };
  const steps = Math.ceil(ratings.length / BATCH) * EPOCHS;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    for (const rows of chunks(shuffle([...ratings.keys()], seed + epoch), BATCH)) {
      const gradient = gradientOf(head, features, ratings, rows);
      const learningRate = LEARNING_RATE * (1 - state.kernel.steps / steps);
      step(head.kernel, state.kernel, gradient.kernel, { learningRate, weightDecay: WEIGHT_DECAY });
      step(head.biases, state.biases, gradient.biases, { learningRate, weightDecay: 0 });
    }
  }
  return head;
}

/** Where every threshold starts: the log-odds of a rating above it. */
function logOdds(ratings: readonly number[], values: readonly number[]): Float32Array {
  return Float32Array.from(values.slice(1), (value) => {
    const share = ratings.filter((rating) => rating >= value).length / ratings.length;
    return Math.log(share / (1 - share));
  });
}

/** Of the batch's mean loss: sum over k of the cross-entropy of P(y > values[k]). */
function gradientOf(
  { values, kernel, biases }: StarHead,
  features: Float32Array,
  ratings: readonly number[],
  rows: readonly number[],
) {
  const gradient = { kernel: new Float32Array(kernel.length), biases: new Float32Array(biases.length) };
  for (const row of rows) {
    const x = projection(kernel, features, row);
    let slopes = 0;
    for (const [k, bias] of biases.entries()) {
      const slope = (sigmoid(x + bias) - Number(ratings[row]! > values[k]!)) / rows.length;
      gradient.biases[k]! += slope;
      slopes += slope;
    }
    const from = row * kernel.length;
    for (let i = 0; i < kernel.length; i++) gradient.kernel[i]! += slopes * features[from + i]!;
  }
  return gradient;
}

function step(
  values: Float32Array,
  state: AdamState,
  gradient: Float32Array,
  rate: { learningRate: number; weightDecay: number },
): void {
  state.steps++;
  adamwUpdate(values, state, gradient, rate, { offset: 0, gradientOffset: 0, size: values.length });
}
