import { copyOf, type TrainingState, type Weights } from "./checkpoint.ts";

/**
 * Moves the running mean of the weights (Polyak and Juditsky 1992) towards the weights of this
 * step, in place. The decay is smaller in the first steps, so that the mean forgets the initial
 * weights.
 */
export function averageWeights(state: TrainingState, decay: number): void {
  state.average ??= copyOf(state);
  const { steps } = state.adam;
  const kept = Math.min(decay, (1 + steps) / (10 + steps));
  for (const name of ["parameters", "table", "ngrams"] as const satisfies (keyof Weights)[])
    moveTowards(state.average[name], state[name], 1 - kept);
}

function moveTowards(mean: Float32Array, values: Float32Array, share: number): void {
  for (let i = 0; i < mean.length; i++) mean[i]! += share * (values[i]! - mean[i]!);
}
