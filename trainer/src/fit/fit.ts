import { pad } from "@undertone/models";
import { macroMetrics, type Rated } from "../evaluation/domains.ts";
import { linearTerms, type NgramLayout } from "../model/ngrams.ts";
import { positiveScores } from "../model/rating-scale.ts";
import type { Preset } from "../preset.ts";
import { generator } from "../random.ts";
import { averageWeights } from "./average.ts";
import { epochBatches, shards } from "./batches.ts";
import { copyOf, type EpochRow, type TrainingState } from "./checkpoint.ts";
import type { Targets } from "./messages.ts";
import { ngramStep } from "./ngram-step.ts";
import { rateFactor } from "./schedule.ts";
import { update } from "./update.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** Encoded texts with their targets, float32 `[texts, thresholds]` row-major. */
export interface Examples extends Targets {
  ids: Int32Array[];
  /**
   * The number of texts, the last ones, that are read once in the whole run: each epoch reads a
   * part of them.
   */
  readOnce: number;
}

/** The progress of an epoch. */
export interface StepProgress {
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
  validation: Rated;
  /** The threshold that divides negative from positive. */
  middle: number;
  /** The number of n-gram weights; 0 if the network has no linear term. */
  layout: NgramLayout | undefined;
  onStep(step: StepProgress): void;
  onEpoch(row: EpochRow, state: TrainingState): Promise<void>;
}

/**
 * Trains until the preset's epochs are done or validation has not improved for `patience` epochs,
 * in place. Every batch is divided into `batches.shards` shards for any number of processes, and
 * their gradients are added in order, so the result does not depend on the number of processes.
 * @throws Error naming epoch and batch if the loss is not finite
 */
export async function fit(state: TrainingState, options: FitOptions): Promise<void> {
  const { preset, pool, validation, middle } = options;
  while (state.epochs < preset.epochs && state.epochs - state.best.epoch < preset.patience) {
    const start = performance.now();
    const loss = await trainEpoch(state, options);
    const seconds = (performance.now() - start) / 1000;
    const weights = state.average ?? state;
    await pool.tell({ kind: "set", parameters: weights.parameters, table: weights.table });
    const terms = linearTerms(validation.ids, weights.ngrams, options.layout);
    const logits = await pool.predict(validation.ids, terms);
    const found = macroMetrics(positiveScores(logits, validation.ids.length, middle), validation);
    state.epochs++;
    const row = {
      epoch: state.epochs,
      loss,
      validationLoss: found.loss,
      validationAccuracy: found.accuracy,
      validationAuc: found.auc,
      seconds,
    };
    state.history.push(row);
    if (row.validationAccuracy >= state.best.accuracy) {
      state.best = { epoch: row.epoch, accuracy: row.validationAccuracy, ...copyOf(weights) };
    }
    await options.onEpoch(row, state);
  }
}

/** @returns the mean loss of the epoch's batches */
async function trainEpoch(state: TrainingState, options: FitOptions): Promise<number> {
  const { preset, pool, train, layout, onStep } = options;
  const { batches: plan, dropout, embeddings, epochs, network, optimizer } = preset;
  const seed = preset.seed * 1_000_003 + state.epochs * 10_007;
  const random = generator(seed + 2);
  const rows = rowsOfEpoch(train, state.epochs, epochs);
  const lengths = rows.map((row) => train.ids[row]!.length);
  const batches = epochBatches(lengths, plan, seed).map((batch) => batch.map((i) => rows[i]!));
  const trainEmbeddings = embeddings.frozenEpochs !== null && state.epochs >= embeddings.frozenEpochs;
  const thresholds = train.targets.length / train.ids.length;
  const of = (values: Float32Array, rows: number[]) => {
    const part = new Float32Array(rows.length * thresholds);
    for (const [to, i] of rows.entries())
      part.set(values.subarray(i * thresholds, (i + 1) * thresholds), to * thresholds);
    return part;
  };
  await pool.tell({ kind: "set", parameters: state.parameters, table: state.table });
  let [loss, reviews] = [0, 0];
  for (const [step, batch] of batches.entries()) {
    const parts = shards(batch, plan.shards).map((rows) => {
      const ids = rows.map((i) => train.ids[i]!);
      const linear = linearTerms(ids, state.ngrams, layout);
      const kept = linear.map(() => Number(random() >= dropout.ngrams));
      return {
        ids,
        kept,
        linear: linear.map((value, i) => value * kept[i]!),
        targets: of(train.targets, rows),
        weights: of(train.weights, rows),
      };
    });
    const answers = await Promise.all(
      parts.map(({ ids, linear, targets, weights }, shard) =>
        pool.ask(shard, {
          kind: "gradients",
          batch: { ...pad(ids.map((row) => dropWords(row, dropout.words, random))), linear },
          targets,
          weights,
          noise: { dropout, seed: seed + step * plan.shards + shard },
          trainEmbeddings,
          adversarialNorm: preset.adversarialNorm ?? 0,
        }),
      ),
    );
    const weight = parts.reduce((sum, part) => sum + part.weights.reduce((a, b) => a + b, 0), 0);
    const batchLoss = answers.reduce((sum, a) => sum + a.loss!, 0) / weight;
    if (!Number.isFinite(batchLoss))
      throw new Error(`epoch ${state.epochs + 1}, batch ${step + 1}: loss is ${batchLoss}`);
    loss += batchLoss / batches.length;
    reviews += batch.length;
    const factor = rateFactor(optimizer.schedule, state.adam.steps, epochs * batches.length);
    const moved = update(state, answers, weight, preset, factor);
    if (layout && network.ngrams) {
      const gradients = parts.flatMap(({ kept }, p) =>
        Array.from(kept, (keep, i) => (keep * answers[p]!.linearGradient![i]!) / weight),
      );
      const ids = parts.flatMap((part) => part.ids);
      const rate = network.ngrams.learningRate * factor;
      ngramStep(state.ngrams, state.ngramAdam, layout, ids, Float32Array.from(gradients), rate);
    }
    if (optimizer.averaging !== undefined) averageWeights(state, optimizer.averaging);
    await pool.tell({ kind: "set", parameters: state.parameters, ...(moved && { rows: moved }) });
    onStep({ epoch: state.epochs + 1, step: step + 1, steps: batches.length, loss: batchLoss, reviews });
  }
  return loss;
}

/** The rows that an epoch reads: all rows, but only its own part of those that are read once. */
function rowsOfEpoch({ ids, readOnce }: Examples, epoch: number, epochs: number): number[] {
  const always = ids.length - readOnce;
  return [...ids.keys()].filter((row) => row < always || row % epochs === epoch);
}

/** Replaces each id by `<unk>` with the given probability (word dropout, Iyyer et al. 2015). */
function dropWords(ids: Int32Array, rate: number, random: () => number): Int32Array {
  return rate === 0 ? ids : ids.map((id) => (random() < rate ? 1 : id));
}
