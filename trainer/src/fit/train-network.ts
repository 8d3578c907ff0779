import { existsSync } from "node:fs";
import path from "node:path";
import type { Prepared } from "../data/prepare.ts";
import { publishedNetwork, type TrainedNetwork } from "../export/network.ts";
import { ngramSize } from "../model/ngrams.ts";
import { initialParameters } from "../model/parameters.ts";
import type { Preset } from "../preset.ts";
import {
  checkpointFile,
  type EpochRow,
  loadCheckpoint,
  newTrainingState,
  saveCheckpoint,
  type TrainingState,
  type Weights,
} from "./checkpoint.ts";
import { readLinearModel, withLinearModel } from "./ensemble.ts";
import { fit, type StepProgress } from "./fit.ts";
import { warmStart } from "./warm-start.ts";
import type { WorkerPool } from "./worker-pool.ts";

interface TrainNetworkOptions {
  preset: Preset;
  pool: WorkerPool;
  /** The folder of checkpoints and summaries. */
  run: string;
  /** Identifies everything that determines the network: a checkpoint of another run is refused. */
  fingerprint: string;
  /** Whether the run continues from its checkpoint: always, never, or if there is one. */
  resume: boolean | "if-present";
  /** Another run, whose best epoch this one starts from, or a published model. */
  startFrom?: string;
  /** The teacher's folder. */
  teacher?: string;
  onStep(step: StepProgress): void;
  /** Called after the checkpoint of the epoch is written. */
  onEpoch(row: EpochRow): void | Promise<void>;
}

/**
 * Trains a network, or continues training, and saves a checkpoint after each epoch. At the end
 * every worker of the pool holds the network of the best epoch, as its graph will hold it.
 * @throws Error if a loss is not finite, naming the last good checkpoint, or if a checkpoint
 * belongs to another run
 */
export async function trainNetwork(
  prepared: Prepared,
  options: TrainNetworkOptions,
): Promise<{ network: TrainedNetwork; best: TrainingState["best"]; history: EpochRow[] }> {
  const { architecture, list, examples, scale, layout } = prepared;
  const { preset, pool, run, fingerprint } = options;
  const state = await startingState(prepared, options);
  await pool.tell({ kind: "start", architecture, table: state.table });
  try {
    await fit(state, {
      preset,
      pool,
      train: examples.train,
      validation: examples.validation,
      middle: scale.middle,
      layout,
      onStep: options.onStep,
      onEpoch: async (row, current) => {
        if (!Number.isFinite(row.validationLoss))
          throw new Error(`epoch ${row.epoch}: the validation loss is ${row.validationLoss}`);
        await saveCheckpoint(run, fingerprint, current);
        await options.onEpoch(row);
      },
    });
  } catch (error) {
    const saved = existsSync(checkpointFile(run))
      ? `The last good checkpoint is ${checkpointFile(run)}`
      : "No epoch was finished, so there is no checkpoint";
    throw new Error(`${(error as Error).message}. ${saved}`, { cause: error });
  }
  const weights = await publishedWeights(state.best, prepared, options);
  const network = publishedNetwork({ ...weights, architecture, list, layout });
  await pool.tell({ kind: "set", parameters: network.parameters, table: network.table });
  return { network, best: state.best, history: state.history };
}

/** The weights of the best epoch, joined with the linear model if the preset says so. */
async function publishedWeights(
  best: Weights,
  { list }: Prepared,
  { preset: { ensemble }, teacher }: TrainNetworkOptions,
): Promise<Weights> {
  if (!ensemble) return best;
  if (teacher === undefined) throw new Error("this preset publishes an ensemble: give --teacher DIR");
  const linear = await readLinearModel(path.join(teacher, "linear-term.f32"));
  return withLinearModel(best, list, linear, ensemble.linear);
}

/**
 * The initial state: the run's own checkpoint, another run's best epoch, a published model, or new.
 */
async function startingState(
  { list, table, layout }: Prepared,
  { preset, run, fingerprint, resume, startFrom }: TrainNetworkOptions,
): Promise<TrainingState> {
  if (resume === "if-present" ? existsSync(checkpointFile(run)) : resume)
    return loadCheckpoint(run, fingerprint);
  const ngrams = new Float32Array(layout ? ngramSize(layout) : 0);
  const fresh = { parameters: initialParameters(list, preset.seed), table, ngrams };
  if (startFrom === undefined) return newTrainingState(fresh);
  return warmStart(startFrom, list, fresh);
}

/** Writes each epoch's figures for TensorBoard. */
export async function writeSummary(
  pool: WorkerPool,
  run: string,
  { epoch, seconds: _, ...scalars }: EpochRow,
): Promise<void> {
  const folder = path.join(run, "tensorboard");
  await pool.ask(0, { kind: "summary", folder, step: epoch, scalars });
}
