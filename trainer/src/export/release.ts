import type { Encoder, Manifest, Vocabulary } from "@undertone/models";
import type { Progress } from "../cli/progress.ts";
import type { Corpus } from "../data/corpus.ts";
import { encodeTexts } from "../data/encode-texts.ts";
import type { Split } from "../data/split-corpus.ts";
import { attribution } from "../evaluation/attribution.ts";
import { examine } from "../evaluation/examine.ts";
import { accuracy } from "../evaluation/metrics.ts";
import type { EpochRow } from "../fit/checkpoint.ts";
import type { Examples, Rated } from "../fit/fit.ts";
import type { LearntStars } from "../fit/learn-stars.ts";
import type { Preset } from "../preset.ts";
import { writeReport } from "../report/report.ts";
import type { RunRecord } from "../report/run-record.ts";
import { calibrate, evaluate, graphAnswers } from "./onnx/calibrate.ts";
import type { TrainedNetwork } from "./onnx/export.ts";
import { FLOAT32, INT8 } from "./onnx/precision.ts";
import { checkParity } from "./parity.ts";
import { publish } from "./publish.ts";

/** A finished run, and what it was made from. */
export interface Trained {
  preset: Preset;
  corpus: Corpus;
  split: Split;
  examples: { train: Examples; validation: Rated; test: Rated };
  network: Omit<TrainedNetwork, "temperature" | "stars">;
  /** TensorFlow's logits of the validation reviews, float32 `[rows, 2]`. */
  validationLogits: Float32Array;
  stars: LearntStars | undefined;
  vocabulary: Vocabulary;
  encoder: Encoder;
  history: EpochRow[];
  coverage: RunRecord["coverage"];
  progress: Progress;
}

interface ReleaseOptions {
  out: string;
  name: string;
  modelVersion: string;
  preset: string;
}

/** Texts that both TensorFlow.js and onnxruntime score before a model is published. */
const PARITY_TEXTS = 1000;

/**
 * A trained network becomes a model: calibrate -> parity -> test -> publish -> report. Test reviews are what is reported
 * and what the target is held against; validation, where none are held.
 * @throws Error when parity fails or the target accuracy is missed; nothing is published then
 */
export async function release(options: ReleaseOptions, trained: Trained): Promise<Manifest> {
  const { preset, corpus, split, examples, stars, encoder, vocabulary, progress } = trained;
  const { validation, test } = examples;
  const network = { ...trained.network, stars: stars?.head };
  const float32 = await calibrate(network, options.modelVersion, FLOAT32, validation);
  const int8 = await calibrate(network, options.modelVersion, INT8, validation);

  const sample = spread(validation.ids, PARITY_TEXTS);
  const parity = await checkParity(
    float32.graph,
    sample.map((row) => validation.ids[row]!),
    {
      logits: pick(trained.validationLogits, sample, float32.temperature),
      ...(stars && {
        stars: {
          estimated: sample.map((row) => stars.validation[row]!),
          scale: stars.head.values.at(-1)! - stars.head.values[0]!,
        },
      }),
    },
  );
  progress.parity(sample.length, parity);

  const graphs = {
    float32: await evaluate(float32, validation, test),
    int8: await evaluate(int8, validation, test),
  };
  for (const [graph, { metrics }] of Object.entries(graphs)) progress.result(graph, metrics);
  const reported =
    test.ids.length > 0
      ? { ...test, reviews: split.test, scores: graphs.int8.testScores }
      : { ...validation, reviews: split.validation, scores: int8.validation.scores };
  reachTarget(accuracy(reported.scores, reported.labels), preset);

  const manifest = await publish(options.out, graphs, vocabulary, encoder, {
    name: options.name,
    version: options.modelVersion,
    architecture: network.architecture,
    corpus: {
      sha256: corpus.sha256,
      rows: corpus.rows.length,
      train: split.train.length,
      unlabelled: examples.train.ids.length - split.train.length,
      validation: validation.ids.length,
      test: test.ids.length,
    },
    seed: preset.seed,
    preset: options.preset,
    parity: { texts: sample.length, largestDifference: parity },
    ...(stars && { stars: { values: stars.head.values } }),
  });
  const score = async (rows: readonly Int32Array[]) => (await graphAnswers(int8.graph, INT8, rows)).scores;
  await writeReport(options.out, manifest, {
    history: trained.history,
    coverage: trained.coverage,
    scores: reported.scores,
    labels: reported.labels,
    examination: await examine({
      reviews: reported.reviews,
      scores: reported.scores,
      seen: new Set(split.train.flatMap(({ item }) => item ?? [])),
      lengths: reported.ids.map((ids) => ids.length),
      score: (texts) => score(encodeTexts(encoder, texts)),
      knows: knownWords(vocabulary),
    }),
    attribution: await attribution({
      encoder,
      rows: validation.ids,
      score,
    }),
  });
  return manifest;
}

/** `count` row numbers spread evenly over the lengths. */
function spread(rows: readonly Int32Array[], count: number): number[] {
  const order = [...rows.keys()].sort((a, b) => rows[a]!.length - rows[b]!.length);
  const size = Math.min(count, order.length);
  return Array.from({ length: size }, (_, i) => order[Math.floor((i * order.length) / size)]!);
}

const pick = (logits: Float32Array, rows: number[], temperature: number): Float32Array =>
  Float32Array.from(rows.flatMap((i) => [logits[2 * i]! / temperature, logits[2 * i + 1]! / temperature]));

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
