import { existsSync } from "node:fs";
import path from "node:path";
import { type EpochRow, loadCheckpoint, newTrainingState, saveCheckpoint } from "../checkpoint.ts";
import type { Corpus } from "../corpus.ts";
import { fit } from "../fit.ts";
import { metricsOf } from "../metrics.ts";
import { calibrate } from "../onnx/calibrate.ts";
import { INT8 } from "../onnx/precision.ts";
import { initialParameters } from "../parameters.ts";
import { prepare } from "../prepare.ts";
import { shuffle } from "../random.ts";
import type { Replicas } from "../replicas.ts";
import { cutValidation } from "../split.ts";
import { validationCut } from "../split-corpus.ts";
import { lessonOf, type TeacherOptions } from "../teacher/lesson.ts";
import type { Vectors } from "../vectors.ts";
import type { Run } from "./plan.ts";
import type { Row } from "./record.ts";
import { servedSpeed } from "./speed.ts";

/** What every run reads. */
export interface Given extends TeacherOptions {
  corpus: Corpus;
  vectors: Vectors;
  replicas: Replicas;
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
  const lesson = await lessonOf(limited, preset, given);
  if (limit !== undefined)
    for (const list of [lesson.texts, lesson.targets]) list.splice(limited.length + limit);
  const made = await prepare({ train: limited, validation, test: [] }, lesson, given.vectors, preset);
  const { architecture, list, names, table, encoder, examples } = made;

  const fingerprint = path.basename(given.folder);
  const state = existsSync(path.join(given.folder, "checkpoint.bin"))
    ? await loadCheckpoint(given.folder, fingerprint)
    : newTrainingState(initialParameters(list, seed), table);
  await given.replicas.tell({ kind: "start", architecture, table: state.table });
  await fit(state, {
    preset,
    replicas: given.replicas,
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
