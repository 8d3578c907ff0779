import type { RatingScale } from "../../model/rating-scale.ts";
import type { GraphBuilder } from "./graph.ts";

/**
 * Makes both outputs from one latent value: `logits` float32 `[batch, 2]` by the middle threshold,
 * and, if there are more than two ratings, `stars` float32 `[batch]`, the expected rating by all
 * thresholds. So the two can never contradict each other.
 * @param latent name of float32 `[batch, 1]`
 * @param options `shift` moves the logits only
 */
export function addOrdinalOutputs(
  g: GraphBuilder,
  latent: string,
  thresholds: Float32Array,
  { values, middle, shift }: RatingScale & { shift: number },
): void {
  const bias = g.floats("middle", [], Float32Array.of(thresholds[middle]! + shift));
  const positive = g.node("Add", "positive", [latent, bias]);
  g.node("Mul", "logits", [positive, g.floats("signs", [2], Float32Array.of(-0.5, 0.5))]);
  g.floatOutput("logits", ["batch", 2]);
  if (values.length < 3) return;
  const biases = g.floats("thresholds", [thresholds.length], thresholds);
  const above = g.node("Sigmoid", "stars.above", [g.node("Add", "stars.logits", [latent, biases])]);
  const steps = Float32Array.from(thresholds, (_, k) => values[k + 1]! - values[k]!);
  const gained = g.node("MatMul", "stars.gained", [above, g.floats("stars.steps", [steps.length], steps)]);
  g.node("Add", "stars", [gained, g.floats("stars.lowest", [], Float32Array.of(values[0]!))]);
  g.floatOutput("stars", ["batch"]);
}
