import { pad } from "@undertone/models";
import { accuracy, logLoss, scores } from "../evaluation/metrics.ts";
import type { Preset, Windows } from "../preset.ts";
import { generator } from "../random.ts";
import { epochBatches, shards } from "./batches.ts";
import type { EpochRow, TrainingState } from "./checkpoint.ts";
import { update } from "./update.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Encoded texts: ids of each, and its label: 0 negative, 1 positive, or a teacher's P(positive) between. */
export interface Examples {
  ids: Int32Array[];
  labels: number[];
}

/** Reviews, with the rating that each gave. */
export interface Rated extends Examples {
  ratings: number[];
}

export interface StepNews {
  epoch: number;
  step: number;
  steps: number;
  loss: number;
  reviews: number;
}

interface FitOptions {
  preset: Preset;
  pool: WorkerPool;
  train: Examples;
  validation: Examples;
  onStep(news: StepNews): void;
  onEpoch(row: EpochRow, state: TrainingState): Promise<void>;
}

/**
 * Trains until the preset's epochs are done or validation has not improved for `patience` epochs, in place. Every batch
 * is dealt to `batches.shards` shards whatever the number of processes, and their gradients are added in order, so
 * the result does not depend on how many processes there are.
 *
 * @throws Error naming epoch and batch when the loss is not finite
 */
export async function fit(state: TrainingState, options: FitOptions): Promise<void> {
  const { preset, pool, validation } = options;
  while (state.epochs < preset.epochs && state.epochs - state.best.epoch < preset.patience) {
    const start = performance.now();
    const { loss, right } = await trainEpoch(state, options);
    const seconds = (performance.now() - start) / 1000;
    const p = scores(await pool.predict(validation.ids));
    state.epochs++;
    const row = {
      epoch: state.epochs,
      loss,
      trainAccuracy: right / options.train.labels.length,
      validationLoss: logLoss(p, validation.labels),
      validationAccuracy: accuracy(p, validation.labels),
      seconds,
    };
    state.history.push(row);
    if (row.validationAccuracy >= state.best.accuracy) {
      const { parameters, table } = state;
      state.best = {
        epoch: row.epoch,
        accuracy: row.validationAccuracy,
        parameters: parameters.slice(),
        table: table.slice(),
      };
    }
    await options.onEpoch(row, state);
  }
}

async function trainEpoch(state: TrainingState, { preset, pool, train, onStep }: FitOptions) {
  const { batches: plan, dropout, embeddings, windows } = preset;
  const seed = preset.seed * 1_000_003 + state.epochs * 10_007;
  const random = generator(seed + 2);
  const ids = windows ? train.ids.map((row) => cutWindow(row, windows, random)) : train.ids;
  const lengths = ids.map(({ length }) => length);
  const batches = epochBatches(lengths, plan.size, plan.byLength, seed);
  const trainEmbeddings = embeddings.frozenEpochs !== null && state.epochs >= embeddings.frozenEpochs;
  await pool.tell({ kind: "set", parameters: state.parameters });
  let [loss, right, reviews] = [0, 0, 0];
  for (const [step, batch] of batches.entries()) {
    const answers = await Promise.all(
      shards(batch, plan.shards).map((rows, shard) => {
        const padded = pad(rows.map((i) => dropWords(ids[i]!, dropout.words, random)));
        return pool.ask(shard, {
          kind: "gradients",
          batch: padded,
          targets: Float32Array.from(rows, (i) => train.labels[i]!),
          noise: { dropout, seed: seed + step * plan.shards + shard },
          trainEmbeddings,
        });
      }),
    );
    const batchLoss = answers.reduce((sum, a) => sum + a.loss!, 0) / batch.length;
    if (!Number.isFinite(batchLoss))
      throw new Error(`epoch ${state.epochs + 1}, batch ${step + 1}: loss is ${batchLoss}`);
    loss += batchLoss / batches.length;
    right += answers.reduce((sum, a) => sum + a.right!, 0);
    reviews += batch.length;
    const rows = update(state, answers, batch.length, preset, batches.length);
    await pool.tell({ kind: "set", parameters: state.parameters, ...(rows && { rows }) });
    onStep({ epoch: state.epochs + 1, step: step + 1, steps: batches.length, loss: batchLoss, reviews });
  }
  return { loss, right };
}

/** Replaces each id by `<unk>` with the given probability (word dropout, Iyyer et al. 2015). */
function dropWords(ids: Int32Array, rate: number, random: () => number): Int32Array {
  return rate === 0 ? ids : ids.map((id) => (random() < rate ? 1 : id));
}

/** Cuts the given share of the rows to a random window, so that the model meets short texts too. */
function cutWindow(ids: Int32Array, { share, minimum, maximum }: Windows, random: () => number): Int32Array {
  if (random() >= share) return ids;
  const length = minimum + Math.floor(random() * (maximum - minimum + 1));
  const start = Math.floor(random() * Math.max(1, ids.length - length + 1));
  return ids.subarray(start, start + length);
}
