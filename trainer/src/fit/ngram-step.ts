import { type NgramLayout, ngramFactor, ngramPlaces } from "../model/ngrams.ts";
import { type AdamState, adamwUpdate } from "./adamw.ts";

/**
 * One optimizer step of the n-gram weights, in place: AdamW without decay, on the weights that
 * occur in the batch's texts only.
 * @param gradients the loss's gradient with respect to each text's linear term; 0 leaves a text out
 */
export function ngramStep(
  weights: Float32Array,
  adam: AdamState,
  layout: NgramLayout,
  texts: readonly Int32Array[],
  gradients: Float32Array,
  learningRate: number,
): void {
  const sums = new Map<number, number>();
  for (const [i, ids] of texts.entries()) {
    if (gradients[i] === 0) continue;
    const gradient = gradients[i]! * ngramFactor(ids.length);
    for (const place of ngramPlaces(ids, layout)) sums.set(place, (sums.get(place) ?? 0) + gradient);
  }
  adam.steps++;
  const values = Float32Array.from(sums.values());
  const rate = { learningRate, weightDecay: 0 };
  let gradientOffset = 0;
  for (const offset of sums.keys())
    adamwUpdate(weights, adam, values, rate, { offset, gradientOffset: gradientOffset++, size: 1 });
}
