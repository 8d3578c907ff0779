import { existsSync } from "node:fs";
import path from "node:path";
import type { Corpus } from "../../src/data/corpus.ts";
import { prepare } from "../../src/data/prepare.ts";
import { cutValidation } from "../../src/data/split.ts";
import { validationCut } from "../../src/data/split-corpus.ts";
import { lessonsOf, type TeacherOptions } from "../../src/data/targets.ts";
import type { Vectors } from "../../src/data/vectors.ts";
import { publishedNetwork } from "../../src/export/network.ts";
import { answerMetrics, calibrate, graphAnswers } from "../../src/export/onnx/calibrate.ts";
import { type EpochRow, loadCheckpoint, newTrainingState, saveCheckpoint } from "../../src/fit/checkpoint.ts";
import { fit } from "../../src/fit/fit.ts";
import type { WorkerPool } from "../../src/fit/worker-pool.ts";
import { ngramSize } from "../../src/model/ngrams.ts";
import { initialParameters } from "../../src/model/parameters.ts";
import { shuffle } from "../../src/random.ts";
import type { Run } from "./plan.ts";
import type { Row } from "./record.ts";
import { servedSpeed } from "./speed.ts";

/** What every run reads. */
export interface Given extends TeacherOptions {
  positiveAbove: number;
  corpus: Corpus;
  vectors: Vectors;
  pool: WorkerPool;
  /** Where this run's checkpoint is kept, named after all that decides the run; one that is there is gone on from. */
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

/** The seed by which training reviews are left out beyond a plan's limit: the same ones for every recipe. */
const LIMIT_SEED = 0;

/**
 * One training and its figures: split -> limit -> lessons -> prepare -> fit -> calibrate -> measure.
 * @throws Error when a loss is not finite, or the teacher has not labelled a training review of this fold
 */
export async function trainRun({ preset, limit, fold, seed }: Run, given: Given): Promise<Measured> {
  const { train, validation } = cutValidation(given.corpus.rows, validationCut(preset));
  const limited = limit === undefined ? train : shuffle(train, LIMIT_SEED).slice(0, limit);
  const lessons = await lessonsOf(limited, preset, given);
  if (limit !== undefined) lessons.splice(limited.length + limit);
  const split = { train: limited, validation, test: [] };
  const prepared = await prepare(split, lessons, given.vectors, preset, given.positiveAbove);
  const { architecture, list, table, encoder, examples, scale, layout } = prepared;

  const fingerprint = path.basename(given.folder);
  const ngrams = new Float32Array(layout ? ngramSize(layout) : 0);
  const state = existsSync(path.join(given.folder, "checkpoint.bin"))
    ? await loadCheckpoint(given.folder, fingerprint)
    : newTrainingState(initialParameters(list, seed), table, ngrams);
  await given.pool.tell({ kind: "start", architecture, table: state.table });
  await fit(state, {
    preset,
    pool: given.pool,
    ...examples,
    middle: scale.middle,
    layout,
    onStep: () => undefined,
    onEpoch: async (row, current) => {
      await saveCheckpoint(given.folder, fingerprint, current);
      given.onEpoch(row);
    },
  });

  const { best, history } = state;
  const network = publishedNetwork({ ...best, architecture, list, layout });
  const served = await calibrate(network, scale, "experiment", examples.validation);
  const answers = await graphAnswers(served.graph, examples.validation.ids);
  const { accuracy, ece } = answerMetrics(answers, examples.validation);
  const texts = validation.map(({ text }) => text);
  return {
    fold,
    seed,
    trained: lessons.length,
    validated: validation.length,
    epoch: best.epoch,
    accuracy,
    ece,
    minutes: history.reduce((sum, { seconds }) => sum + seconds, 0) / 60,
    parameters: best.parameters.length + best.table.length + best.ngrams.length,
    bytes: served.graph.length,
    reviewsPerSecond: await servedSpeed(served.graph, encoder, texts),
  };
}
