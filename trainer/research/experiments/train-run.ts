import { existsSync } from "node:fs";
import path from "node:path";
import type { Corpus } from "../../src/data/corpus.ts";
import { prepare } from "../../src/data/prepare.ts";
import { cutValidation } from "../../src/data/split.ts";
import { validationCut } from "../../src/data/split-corpus.ts";
import { type TeacherOptions, trainingTargets } from "../../src/data/targets.ts";
import type { Vectors } from "../../src/data/vectors.ts";
import { metricsOf } from "../../src/evaluation/metrics.ts";
import { calibrate } from "../../src/export/onnx/calibrate.ts";
import { INT8 } from "../../src/export/onnx/precision.ts";
import { type EpochRow, loadCheckpoint, newTrainingState, saveCheckpoint } from "../../src/fit/checkpoint.ts";
import { fit } from "../../src/fit/fit.ts";
import type { WorkerPool } from "../../src/fit/worker-pool.ts";
import { initialParameters } from "../../src/model/parameters.ts";
import { shuffle } from "../../src/random.ts";
import type { Run } from "./plan.ts";
import type { Row } from "./record.ts";
import { servedSpeed } from "./speed.ts";

/** What every run reads. */
export interface Given extends TeacherOptions {
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
 * One training and its figures: split -> limit -> lesson -> prepare -> fit -> calibrate -> measure.
 * @throws Error when a loss is not finite, or the teacher has not labelled a training review of this fold
 */
export async function trainRun({ preset, limit, fold, seed }: Run, given: Given): Promise<Measured> {
  const { train, validation } = cutValidation(given.corpus.rows, validationCut(preset));
  const limited = limit === undefined ? train : shuffle(train, LIMIT_SEED).slice(0, limit);
  const lesson = await trainingTargets(limited, preset, given);
  if (limit !== undefined)
    for (const list of [lesson.texts, lesson.targets]) list.splice(limited.length + limit);
  const made = await prepare({ train: limited, validation, test: [] }, lesson, given.vectors, preset);
  const { architecture, list, names, table, encoder, examples } = made;

  const fingerprint = path.basename(given.folder);
  const state = existsSync(path.join(given.folder, "checkpoint.bin"))
    ? await loadCheckpoint(given.folder, fingerprint)
    : newTrainingState(initialParameters(list, seed), table);
  await given.pool.tell({ kind: "start", architecture, table: state.table });
  await fit(state, {
    preset,
    pool: given.pool,
    ...examples,
    onStep: () => undefined,
    onEpoch: async (row, current) => {
      for (const { table } of [current, current.best]) names.spread(table, given.vectors.dimensions);
      await saveCheckpoint(given.folder, fingerprint, current);
      given.onEpoch(row);
    },
  });

  const { best, history } = state;
  const network = { architecture, list, parameters: best.parameters, table: best.table };
  const served = await calibrate(network, "experiment", INT8, examples.validation);
  const { accuracy, ece } = metricsOf(served.validation.scores, examples.validation.labels);
  const texts = validation.map(({ text }) => text);
  return {
    fold,
    seed,
    trained: lesson.texts.length,
    validated: validation.length,
    epoch: best.epoch,
    accuracy,
    ece,
    minutes: history.reduce((sum, { seconds }) => sum + seconds, 0) / 60,
    parameters: best.parameters.length + best.table.length,
    bytes: served.graph.length,
    reviewsPerSecond: await servedSpeed(served.graph, encoder, texts),
  };
}
