import { expectedCalibrationError, fitTemperature, metricsOf, scores } from "../../evaluation/metrics.ts";
import { starMetrics } from "../../evaluation/star-metrics.ts";
import type { Rated } from "../../fit/fit.ts";
import { buildGraph, type TrainedNetwork } from "./export.ts";
import { INT8, type Precision } from "./precision.ts";
import { onnxOutputs } from "./runtime.ts";

/** P(positive) of each text, and its stars where the graph has them. */
export interface Answers {
  scores: Float64Array;
  stars?: Float32Array;
}

/** A graph of the network with its own temperature folded in, and how it does on validation. */
export interface CalibratedGraph {
  precision: Precision;
  graph: Uint8Array;
  temperature: number;
  eceBefore: number;
  validation: Answers;
}

/** What a graph says, as the service computes it: by int8 one text at a time, by float32 in batches. */
export async function graphAnswers(
  graph: string | Uint8Array,
  precision: Precision,
  rows: readonly Int32Array[],
): Promise<Answers> {
  const { logits, ...others } = await onnxOutputs(graph, rows, precision === INT8 ? 1 : 32);
  return { scores: scores(logits), ...others };
}

/** Builds the network's graph, fits the temperature of that very graph on validation, and puts it into the last layer. */
export async function calibrate(
  network: Omit<TrainedNetwork, "temperature">,
  version: string,
  precision: Precision,
  { ids, labels }: Pick<Rated, "ids" | "labels">,
): Promise<CalibratedGraph> {
  const graph = buildGraph(network, precision);
  const plain = await graph.serialize(1, version);
  const { logits, ...others } = await onnxOutputs(plain, ids, precision === INT8 ? 1 : 32);
  const temperature = fitTemperature(logits, labels);
  return {
    precision,
    graph: await graph.serialize(temperature, version),
    temperature,
    eceBefore: expectedCalibrationError(scores(logits), labels),
    validation: { scores: scores(logits, temperature), ...others },
  };
}

/** The figures of a split; with a star head, how its stars agree with the given ones. */
export const answerMetrics = ({ scores, stars }: Answers, { labels, ratings }: Omit<Rated, "ids">) => ({
  ...metricsOf(scores, labels),
  ...(stars && { stars: starMetrics(stars, scores, ratings) }),
});

/** What the manifest says of a graph's quality. */
export async function evaluate(calibrated: CalibratedGraph, validation: Rated, test: Rated) {
  const { precision, graph, temperature, eceBefore } = calibrated;
  const answers = await graphAnswers(graph, precision, test.ids);
  const metrics = {
    validation: answerMetrics(calibrated.validation, validation),
    ...(test.ids.length > 0 && { test: { rows: test.ids.length, ...answerMetrics(answers, test) } }),
  };
  const calibration = { temperature, eceBefore, eceAfter: metrics.validation.ece };
  return { graph, calibration, metrics, testScores: answers.scores };
}
