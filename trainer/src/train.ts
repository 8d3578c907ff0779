import path from "node:path";
import type { Manifest } from "@undertone/models";
import type { Progress } from "./cli/progress.ts";
import { type CorpusOptions, readCorpus } from "./data/corpus.ts";
import { prepare } from "./data/prepare.ts";
import { splitCorpus } from "./data/split-corpus.ts";
import { domainVectorsFile, type TeacherOptions, trainingTargets } from "./data/targets.ts";
import { loadVectors } from "./data/vectors.ts";
import { release } from "./export/release.ts";
import {
  loadCheckpoint,
  newTrainingState,
  runFingerprint,
  saveCheckpoint,
  type TrainingState,
  warmStart,
} from "./fit/checkpoint.ts";
import { fit } from "./fit/fit.ts";
import { learnStars } from "./fit/learn-stars.ts";
import { WorkerPool } from "./fit/worker-pool.ts";
import { initialParameters } from "./model/parameters.ts";
import { decisive, readPreset } from "./preset.ts";

export interface TrainOptions extends CorpusOptions, TeacherOptions {
  preset: string;
  corpus: string;
  /** A corpus; false: none is held; undefined: half of the corpus. */
  test?: string | false;
  vectors?: string;
  out: string;
  run: string;
  /** Another run, whose best epoch is where this one starts. */
  startFrom?: string;
  name: string;
  modelVersion: string;
  workers: number;
  seed?: number;
  resume: boolean;
}

/**
 * A corpus becomes a model, stage by stage:
 *
 *     corpus -> split -> lesson -> vectors -> prepare (vocabulary, table, encode) -> fit -> stars
 *            -> release (calibrate, parity, test, publish)
 *
 * @throws Error when the corpus is malformed, a loss is not finite, parity fails, or the target accuracy is missed;
 *   nothing is published then
 */
export async function train(options: TrainOptions, progress: Progress): Promise<Manifest> {
  const preset = await readPreset(options.preset);
  if (options.seed !== undefined) preset.seed = options.seed;
  const corpus = await readCorpus(options.corpus, options);
  const split = await splitCorpus(corpus.rows, preset, options);
  progress.corpus(split, corpus.dropped, preset.encoder);

  const lesson = await trainingTargets(split.train, preset, options);
  const vectors = await loadVectors(options.vectors, domainVectorsFile(preset, options));
  const made = await prepare(split, lesson, vectors, preset);
  const { architecture, list, names, table, vocabulary, encoder, examples, covered } = made;
  progress.coverage(covered, vocabulary.words.length);

  const fingerprint = runFingerprint([
    decisive(preset),
    corpus.sha256,
    vectors.name,
    vocabulary.words.length,
    ...(options.startFrom ? [options.startFrom] : []),
  ]);
  const fresh = newTrainingState(initialParameters(list, preset.seed), table);
  const sizes = { parameters: fresh.parameters.length, table: table.length };
  const state = options.resume
    ? await loadCheckpoint(options.run, fingerprint)
    : options.startFrom
      ? await warmStart(options.startFrom, sizes)
      : fresh;
  if (options.startFrom && !options.resume) names.average(state.table, vectors.dimensions);

  const pool = new WorkerPool(options.workers);
  try {
    await pool.tell({ kind: "start", architecture, table: state.table });
    await fit(state, {
      preset,
      pool,
      ...examples,
      onStep: (news) => progress.step(news),
      onEpoch: async (row, current) => {
        for (const { table } of [current, current.best]) names.spread(table, vectors.dimensions);
        await saveCheckpoint(options.run, fingerprint, current);
        progress.epoch(row);
        const { epoch, seconds: _, ...scalars } = row;
        const folder = path.join(options.run, "tensorboard");
        await pool.ask(0, { kind: "summary", folder, step: epoch, scalars });
      },
    });
    await useBest(pool, state);

    const validationLogits = await pool.predict(examples.validation.ids);
    const ratings = split.train.map(({ rating }) => rating);
    const stars = preset.stars
      ? await learnStars({
          seed: preset.seed,
          pool,
          train: { ids: examples.train.ids.slice(0, ratings.length), ratings },
          validation: examples.validation,
          validationLogits,
          progress,
        })
      : undefined;

    return await release(options, {
      preset,
      corpus,
      split,
      examples,
      network: { architecture, list, parameters: state.best.parameters, table: state.best.table },
      validationLogits,
      stars,
      vocabulary,
      encoder,
      history: state.history,
      coverage: covered,
      progress,
    });
  } finally {
    pool.close();
  }
}

/** Gives every worker the parameters of the best epoch, and the vectors as they were then. */
async function useBest(pool: WorkerPool, { best }: TrainingState): Promise<void> {
  await pool.tell({ kind: "set", parameters: best.parameters, table: best.table });
}
