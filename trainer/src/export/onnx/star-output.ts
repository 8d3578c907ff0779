import type { StarHead } from "../../model/star-head.ts";
import type { GraphBuilder } from "./graph.ts";

/** Adds the output `stars` float32 `[batch]`: the expected rating (see stars/head.ts). */
export function addStarOutput(g: GraphBuilder, features: string, { values, kernel, biases }: StarHead): void {
  const weights = g.floats("stars.kernel", [kernel.length, 1], kernel);
  const x = g.node("MatMul", "stars.projection", [features, weights]); // [batch, 1]
  const thresholds = g.floats("stars.biases", [biases.length], biases);
  const above = g.node("Sigmoid", "stars.above", [g.node("Add", "stars.logits", [x, thresholds])]);
  const steps = Float32Array.from(biases, (_, k) => values[k + 1]! - values[k]!);
  const gained = g.node("MatMul", "stars.gained", [above, g.floats("stars.steps", [steps.length], steps)]);
  g.node("Add", "stars", [gained, g.floats("stars.lowest", [], Float32Array.of(values[0]!))]);
  g.floatOutput("stars", ["batch"]);
}
