import path from "node:path";
import type { Manifest } from "@undertone/models";
import {
  loadCheckpoint,
  newTrainingState,
  runFingerprint,
  saveCheckpoint,
  type TrainingState,
  warmStart,
} from "./checkpoint.ts";
import { type CorpusOptions, readCorpus } from "./corpus.ts";
import { fit } from "./fit.ts";
import { initialParameters } from "./parameters.ts";
import { prepare } from "./prepare.ts";
import { decisive, readPreset } from "./preset.ts";
import type { Progress } from "./progress.ts";
import { release } from "./release.ts";
import { Replicas } from "./replicas.ts";
import { splitCorpus } from "./split-corpus.ts";
import { learnStars } from "./stars/learn.ts";
import { domainVectorsFile, lessonOf, type TeacherOptions } from "./teacher/lesson.ts";
import { loadVectors } from "./vectors.ts";

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
  progress.corpus(split, corpus.dropped, preset.encoder.rules);

  const lesson = await lessonOf(split.train, preset, options);
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

  const replicas = new Replicas(options.workers);
  try {
    await replicas.tell({ kind: "start", architecture, table: state.table });
    await fit(state, {
      preset,
      replicas,
      ...examples,
      onStep: (news) => progress.step(news),
      onEpoch: async (row, current) => {
        for (const { table } of [current, current.best]) names.spread(table, vectors.dimensions);
        await saveCheckpoint(options.run, fingerprint, current);
        progress.epoch(row);
        const { epoch, seconds: _, ...scalars } = row;
        const folder = path.join(options.run, "tensorboard");
        await replicas.ask(0, { kind: "summary", folder, step: epoch, scalars });
      },
    });
    await useBest(replicas, state);

    const validationLogits = await replicas.predict(examples.validation.ids);
    const ratings = split.train.map(({ rating }) => rating);
    const stars = preset.stars
      ? await learnStars({
          seed: preset.seed,
          replicas,
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
    replicas.close();
  }
}

/** Gives every replica the parameters of the best epoch, and the vectors as they were then. */
async function useBest(replicas: Replicas, { best }: TrainingState): Promise<void> {
  await replicas.tell({ kind: "set", parameters: best.parameters, table: best.table });
}
