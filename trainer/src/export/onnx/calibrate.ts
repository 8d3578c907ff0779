import { domainMetrics, macroMetrics, type Rated } from "../../evaluation/domains.ts";
import { type Calibration, fitCalibration, metricsOf, scores } from "../../evaluation/metrics.ts";
import { starMetrics } from "../../evaluation/star-metrics.ts";
import type { RatingScale } from "../../model/rating-scale.ts";
import type { TrainedNetwork } from "../network.ts";
import { exportOnnx } from "./export.ts";
import { onnxOutputs } from "./runtime.ts";

/** P(positive) of each text, and its stars if the graph has them. */
export interface Answers {
  scores: Float64Array;
  stars?: Float32Array;
}

/** A graph with its calibration folded in. */
export interface CalibratedGraph {
  graph: Uint8Array;
  calibration: Calibration;
  /** The mean expected calibration error of the validation domains before calibration. */
  eceBefore: number;
}

/** The number of texts in a batch. No score depends on it. */
const BATCH = 32;

export async function graphAnswers(
  graph: string | Uint8Array,
  rows: readonly Int32Array[],
): Promise<Answers> {
  const { logits, ...others } = await onnxOutputs(graph, rows, BATCH);
  return { scores: scores(logits), ...others };
}

/**
 * Exports the network, fits the calibration on the validation reviews, and exports it again with
 * the calibration. All domains have the same weight. Neutral ratings (3 of 5 stars) are left out,
 * because the score says on which side of them a review is.
 */
export async function calibrate(
  network: TrainedNetwork,
  scale: RatingScale,
  version: string,
  validation: Rated,
): Promise<CalibratedGraph> {
  const plain = await exportOnnx(network, { temperature: 1, shift: 0, scale, version });
  const { logits } = await onnxOutputs(plain, validation.ids, BATCH);
  const { labels, ratings, domains, neutral } = validation;
  const clear = [...labels.keys()].filter((row) => ratings[row] !== neutral);
  const calibration = fitCalibration(
    Float64Array.from(clear, (row) => logits[2 * row + 1]! - logits[2 * row]!),
    clear.map((row) => labels[row]!),
    equalDomains(clear.map((row) => domains[row]!)),
  );
  return {
    graph: await exportOnnx(network, { ...calibration, scale, version }),
    calibration,
    eceBefore: macroMetrics(scores(logits), validation).ece,
  };
}

/** A weight per row that gives all domains the same weight. */
function equalDomains(domains: readonly string[]): number[] {
  const rows = new Map<string, number>();
  for (const domain of domains) rows.set(domain, (rows.get(domain) ?? 0) + 1);
  return domains.map((domain) => 1 / rows.get(domain)!);
}

/**
 * The figures of a split over all its rows and of its domains, and the agreement of its stars with
 * the given ones.
 */
export const answerMetrics = ({ scores, stars }: Answers, rated: Omit<Rated, "ids">) => ({
  ...metricsOf(scores, rated.labels),
  macro: macroMetrics(scores, rated),
  domains: domainMetrics(scores, rated),
  ...(stars && { stars: starMetrics(stars, scores, rated.ratings) }),
});

/** The quality of a graph for the manifest, and its answers. */
export async function evaluate(
  { graph, eceBefore, ...calibrated }: CalibratedGraph,
  validation: Rated,
  test: Rated,
) {
  const answers = {
    validation: await graphAnswers(graph, validation.ids),
    test: await graphAnswers(graph, test.ids),
  };
  const metrics = {
    validation: answerMetrics(answers.validation, validation),
    ...(test.ids.length > 0 && { test: { rows: test.ids.length, ...answerMetrics(answers.test, test) } }),
  };
  const calibration = { ...calibrated.calibration, eceBefore, eceAfter: metrics.validation.macro.ece };
  return { graph, calibration, metrics, answers };
}
