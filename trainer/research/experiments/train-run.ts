import path from "node:path";
import type { Corpus } from "../../src/data/corpus.ts";
import { prepare } from "../../src/data/prepare.ts";
import { cutValidation } from "../../src/data/split.ts";
import { validationCut } from "../../src/data/split-corpus.ts";
import { type TeacherOptions, trainingTexts } from "../../src/data/targets.ts";
import { tokenizeSplit } from "../../src/data/tokenized-texts.ts";
import type { Vectors } from "../../src/data/vectors.ts";
import { answerMetrics, calibrate, graphAnswers } from "../../src/export/onnx/calibrate.ts";
import type { EpochRow } from "../../src/fit/checkpoint.ts";
import { trainNetwork } from "../../src/fit/train-network.ts";
import type { WorkerPool } from "../../src/fit/worker-pool.ts";
import { shuffle } from "../../src/random.ts";
import type { Run } from "./plan.ts";
import type { Row } from "./record.ts";
import { servedSpeed } from "./speed.ts";

/** The data of every run. */
export interface Given extends TeacherOptions {
  positiveAbove: number;
  corpus: Corpus;
  vectors: Vectors;
  pool: WorkerPool;
  /**
   * The folder of this run's checkpoint, named after everything that determines the run. An
   * existing checkpoint is continued.
   */
  folder: string;
  onEpoch(row: EpochRow): void;
}

export type Measured = Omit<
  Row,
  | "date"
  | "commit"
  | "machine"
  | "workers"
  | "plan"
  | "name"
  | "preset"
  | "set"
  | "recipe"
  | "baseline"
  | "data"
>;

/**
 * The seed by which training reviews are left out for a plan's limit, the same for every recipe.
 */
const LIMIT_SEED = 0;

/**
 * Runs one training and measures it:
 *
 *   split -> limit -> texts with targets -> tokens -> prepare -> network -> calibrate -> measure
 *
 * @throws Error if a loss is not finite, or the teacher has not labelled a training review of this
 * fold
 */
export async function trainRun({ preset, limit, fold, seed }: Run, given: Given): Promise<Measured> {
  const { train, validation } = cutValidation(given.corpus.rows, validationCut(preset));
  const limited = limit === undefined ? train : shuffle(train, LIMIT_SEED).slice(0, limit);
  const texts = await trainingTexts(limited, preset, given);
  if (limit !== undefined) texts.splice(limited.length + limit);
  const split = { train: limited, validation, test: [] };
  const tokenized = tokenizeSplit(texts, split, preset.encoder);
  const prepared = await prepare(split, texts, tokenized, { ...given, preset });

  const { network, best, history } = await trainNetwork(prepared, {
    preset,
    pool: given.pool,
    run: given.folder,
    fingerprint: path.basename(given.folder),
    resume: "if-present",
    onStep: () => undefined,
    onEpoch: given.onEpoch,
  });

  const { encoder, examples, scale } = prepared;
  const served = await calibrate(network, scale, "experiment", examples.validation);
  const answers = await graphAnswers(served.graph, examples.validation.ids);
  const { accuracy, ece } = answerMetrics(answers, examples.validation);
  return {
    fold,
    seed,
    trained: texts.length,
    validated: validation.length,
    epoch: best.epoch,
    accuracy,
    ece,
    minutes: history.reduce((sum, { seconds }) => sum + seconds, 0) / 60,
    parameters: best.parameters.length + best.table.length + best.ngrams.length,
    bytes: served.graph.length,
    reviewsPerSecond: await servedSpeed(
      served.graph,
      encoder,
      validation.map(({ text }) => text),
    ),
  };
}
