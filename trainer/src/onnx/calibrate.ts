import type { Examples } from "../fit.ts";
import { expectedCalibrationError, fitTemperature, metricsOf, scores } from "../metrics.ts";
import { exportOnnx, type TrainedNetwork } from "./export.ts";
import { INT8, type Precision } from "./precision.ts";
import { onnxLogits } from "./runtime.ts";

/** A graph of the network with its own temperature folded in, and how it does on validation. */
export interface CalibratedGraph {
  precision: Precision;
  graph: Uint8Array;
  temperature: number;
  eceBefore: number;
  /** P(positive) of the validation reviews. */
  validation: Float64Array;
}

/** P(positive) of each text, as the service computes it: by the int8 graph one at a time, by float32 in batches. */
export async function graphScores(
  graph: string | Uint8Array,
  precision: Precision,
  rows: readonly Int32Array[],
): Promise<Float64Array> {
  return scores(await onnxLogits(graph, rows, precision === INT8 ? 1 : 32));
}

/** Exports the network, fits the temperature of that very graph on validation, and exports it again with it. */
export async function calibrate(
  network: Omit<TrainedNetwork, "temperature">,
  version: string,
  precision: Precision,
  { ids, labels }: Examples,
): Promise<CalibratedGraph> {
  const plain = await exportOnnx({ ...network, temperature: 1 }, version, precision);
  const logits = await onnxLogits(plain, ids, precision === INT8 ? 1 : 32);
  const temperature = fitTemperature(logits, labels);
  return {
    precision,
    graph: await exportOnnx({ ...network, temperature }, version, precision),
    temperature,
    eceBefore: expectedCalibrationError(scores(logits), labels),
    validation: scores(logits, temperature),
  };
}

/** What the manifest says of a graph's quality. */
export async function evaluate(calibrated: CalibratedGraph, validation: Examples, test: Examples) {
  const { precision, graph, temperature, eceBefore } = calibrated;
  const testScores = await graphScores(graph, precision, test.ids);
  const metrics = {
    validation: metricsOf(calibrated.validation, validation.labels),
    ...(test.ids.length > 0 && { test: { rows: testScores.length, ...metricsOf(testScores, test.labels) } }),
  };
  const calibration = { temperature, eceBefore, eceAfter: metrics.validation.ece };
  return { graph, calibration, metrics, testScores };
}
