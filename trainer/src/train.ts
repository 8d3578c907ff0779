import path from "node:path";
import type { Manifest } from "@undertone/models";
import type { Progress } from "./cli/progress.ts";
import { type CorpusOptions, readCorpus } from "./data/corpus.ts";
import { prepare } from "./data/prepare.ts";
import { splitCorpus } from "./data/split-corpus.ts";
import { domainVectorsFile, lessonsOf, type TeacherOptions } from "./data/targets.ts";
import { loadVectors } from "./data/vectors.ts";
import { publishedNetwork } from "./export/network.ts";
import { release } from "./export/release.ts";
import {
  loadCheckpoint,
  newTrainingState,
  runFingerprint,
  saveCheckpoint,
  warmStart,
} from "./fit/checkpoint.ts";
import { fit } from "./fit/fit.ts";
import { WorkerPool } from "./fit/worker-pool.ts";
import { linearTerms, ngramSize } from "./model/ngrams.ts";
import { initialParameters } from "./model/parameters.ts";
import { decisive, readPreset } from "./preset.ts";

export interface TrainOptions extends CorpusOptions, TeacherOptions {
  preset: string;
  /** One file per domain. */
  corpus: string | string[];
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
 *     corpus -> split -> lessons -> vectors -> prepare (vocabulary, table, encode) -> fit
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

  const lessons = await lessonsOf(split.train, preset, options);
  const vectors = await loadVectors(options.vectors, domainVectorsFile(preset, options));
  const prepared = await prepare(split, lessons, vectors, preset, options.positiveAbove);
  const { architecture, list, table, vocabulary, encoder, examples, covered, scale, layout } = prepared;
  progress.coverage(covered, vocabulary.words.length);

  const fingerprint = runFingerprint([
    decisive(preset),
    corpus.sha256,
    vectors.name,
    vocabulary.words.length,
    ...(options.startFrom ? [options.startFrom] : []),
  ]);
  const ngrams = new Float32Array(layout ? ngramSize(layout) : 0);
  const fresh = newTrainingState(initialParameters(list, preset.seed), table, ngrams);
  const state = options.resume
    ? await loadCheckpoint(options.run, fingerprint)
    : options.startFrom
      ? await warmStart(options.startFrom, fresh)
      : fresh;

  const pool = new WorkerPool(options.workers);
  try {
    await pool.tell({ kind: "start", architecture, table: state.table });
    await fit(state, {
      preset,
      pool,
      train: examples.train,
      validation: examples.validation,
      middle: scale.middle,
      layout,
      onStep: (step) => progress.step(step),
      onEpoch: async (row, current) => {
        await saveCheckpoint(options.run, fingerprint, current);
        progress.epoch(row);
        const { epoch, seconds: _, ...scalars } = row;
        const folder = path.join(options.run, "tensorboard");
        await pool.ask(0, { kind: "summary", folder, step: epoch, scalars });
      },
    });
    const { validation } = examples;
    const network = publishedNetwork({ ...state.best, architecture, list, layout });
    await pool.tell({ kind: "set", parameters: network.parameters, table: network.table });
    return await release(options, {
      preset,
      corpus,
      split,
      examples,
      network,
      scale,
      validationLogits: await pool.predict(
        validation.ids,
        linearTerms(validation.ids, network.ngrams, layout),
      ),
      unlabelled: lessons.length - split.train.length,
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
