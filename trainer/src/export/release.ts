import { readFile } from "node:fs/promises";
import type { Manifest, Vocabulary } from "@undertone/models";
import type { Corpus } from "../data/corpus.ts";
import { encodeTexts, type Prepared } from "../data/prepare.ts";
import type { Split } from "../data/split-corpus.ts";
import { attribution } from "../evaluation/attribution.ts";
import { macroMetrics } from "../evaluation/domains.ts";
import { analyseErrors } from "../evaluation/error-analysis.ts";
import type { EpochRow } from "../fit/checkpoint.ts";
import type { WorkerPool } from "../fit/worker-pool.ts";
import { linearTerms } from "../model/ngrams.ts";
import type { Preset } from "../preset.ts";
import type { Progress } from "../report/progress.ts";
import { writeReport } from "../report/report.ts";
import type { TrainedNetwork } from "./network.ts";
import { calibrate, evaluate, graphAnswers } from "./onnx/calibrate.ts";
import { checkParity } from "./parity.ts";
import { publish } from "./publish.ts";

/** A finished run, and the data that it was trained on. */
export interface Trained {
  preset: Preset;
  corpus: Corpus;
  split: Split;
  prepared: Prepared;
  network: TrainedNetwork;
  history: EpochRow[];
  /** The worker pool, which holds the network. */
  pool: WorkerPool;
  progress: Progress;
}

interface ReleaseOptions {
  out: string;
  name: string;
  modelVersion: string;
  preset: string;
  /** A Markdown file about the corpora and their licences, for the model card. */
  sources?: string;
}

/**
 * The number of texts that TensorFlow.js and ONNX Runtime both score before a model is published.
 */
const PARITY_TEXTS = 1000;

/**
 * Turns a trained network into a model:
 *
 *   calibrate -> parity -> test -> publish -> report
 *
 * The test reviews are reported and compared with the target accuracy. If there are none, the
 * validation reviews are used.
 * @throws Error if parity fails or the target accuracy is missed; then nothing is published
 */
export async function release(options: ReleaseOptions, trained: Trained): Promise<Manifest> {
  const { preset, corpus, split, prepared, network, pool, progress } = trained;
  const { examples, scale, encoder, vocabulary } = prepared;
  const { validation, test } = examples;
  const calibrated = await calibrate(network, scale, options.modelVersion, validation);

  const terms = linearTerms(validation.ids, network.ngrams, network.layout);
  const sample = spread(validation.ids, PARITY_TEXTS);
  const parity = await checkParity(
    calibrated.graph,
    sample.map((row) => validation.ids[row]!),
    logitsOf(await pool.predict(validation.ids, terms), sample, {
      thresholds: network.architecture.thresholds,
      temperature: calibrated.calibration.temperature,
    }),
    { ...scale, shift: calibrated.calibration.shift },
  );
  progress.parity(sample.length, parity);

  const evaluated = await evaluate(calibrated, validation, test);
  progress.result(evaluated.metrics);
  const reported =
    test.ids.length > 0
      ? { ...test, reviews: split.test, scores: evaluated.answers.test.scores }
      : { ...validation, reviews: split.validation, scores: evaluated.answers.validation.scores };
  reachTarget(macroMetrics(reported.scores, reported).accuracy, preset);

  const manifest = await publish(options.out, evaluated, vocabulary, encoder, {
    name: options.name,
    version: options.modelVersion,
    architecture: network.architecture,
    corpus: {
      sha256: corpus.sha256,
      rows: corpus.rows.length,
      train: split.train.length,
      unlabelled: examples.train.readOnce,
      validation: validation.ids.length,
      test: test.ids.length,
    },
    seed: preset.seed,
    preset: options.preset,
    parity: { texts: sample.length, largestDifference: parity },
    ...(scale.values.length > 2 && { stars: { values: scale.values } }),
  });
  const score = async (rows: readonly Int32Array[]) => (await graphAnswers(calibrated.graph, rows)).scores;
  return writeReport(options.out, manifest, {
    history: trained.history,
    sources: options.sources && (await readFile(options.sources, "utf8")),
    coverage: prepared.coverage,
    scores: reported.scores,
    labels: reported.labels,
    errorAnalysis: await analyseErrors({
      reviews: reported.reviews,
      scores: reported.scores,
      seen: new Set(split.train.flatMap(({ item }) => item ?? [])),
      lengths: reported.ids.map((ids) => ids.length),
      score: (texts) => score(encodeTexts(encoder, texts)),
      knows: knownWords(vocabulary),
    }),
    attribution: await attribution({ encoder, rows: validation.ids, score }),
  });
}

/** `count` row numbers, evenly distributed over the lengths. */
function spread(rows: readonly Int32Array[], count: number): number[] {
  const order = [...rows.keys()].sort((a, b) => rows[a]!.length - rows[b]!.length);
  const size = Math.min(count, order.length);
  return Array.from({ length: size }, (_, i) => order[Math.floor((i * order.length) / size)]!);
}

/** Some rows of the log-odds float32 `[rows, thresholds]`, divided by the temperature. */
function logitsOf(
  logits: Float32Array,
  rows: number[],
  { thresholds, temperature }: { thresholds: number; temperature: number },
): Float32Array {
  const chosen = new Float32Array(rows.length * thresholds);
  for (const [to, row] of rows.entries())
    for (let k = 0; k < thresholds; k++)
      chosen[to * thresholds + k] = logits[row * thresholds + k]! / temperature;
  return chosen;
}

function knownWords({ words }: Vocabulary): (token: string) => boolean {
  const known = new Set(words);
  return (token) => known.has(token);
}

function reachTarget(found: number, { targetAccuracy }: Preset): void {
  if (found >= targetAccuracy) return;
  throw new Error(
    `accuracy ${found.toFixed(4)} is below the preset's target of ${targetAccuracy}: nothing is published`,
  );
}
