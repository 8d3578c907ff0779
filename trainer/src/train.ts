import type { Manifest } from "@undertone/models";
import { checkSplit } from "./data/check-split.ts";
import { readCorpus } from "./data/corpus.ts";
import { prepare } from "./data/prepare.ts";
import { type SplitOptions, splitCorpus } from "./data/split-corpus.ts";
import { domainVectorsFile, type TeacherOptions, trainingTexts } from "./data/targets.ts";
import { tokenizeSplit, wordsOf } from "./data/tokenized-texts.ts";
import { loadVectors } from "./data/vectors.ts";
import { release } from "./export/release.ts";
import { runFingerprint } from "./fit/checkpoint.ts";
import { trainNetwork, writeSummary } from "./fit/train-network.ts";
import { startingVocabulary } from "./fit/warm-start.ts";
import { WorkerPool } from "./fit/worker-pool.ts";
import { readPreset } from "./preset.ts";
import type { Progress } from "./report/progress.ts";

export interface TrainOptions extends SplitOptions, TeacherOptions {
  preset: string;
  /** One file per domain. */
  corpus: string | string[];
  /** The fewest training reviews of each class. The default is the preset's number. */
  minimumPerClass?: number;
  vectors?: string;
  out: string;
  /** The folder of checkpoints and summaries. */
  run: string;
  /**
   * Another run, whose best epoch this one starts from, or a published model, whose vocabulary it
   * takes.
   */
  startFrom?: string;
  /** A Markdown file about the corpora and their licences, for the model card. */
  sources?: string;
  name: string;
  modelVersion: string;
  workers: number;
  seed?: number;
  resume: boolean;
}

/** The fewest training reviews of each class, if neither the command nor the preset says it. */
const MINIMUM_PER_CLASS = 50;

/**
 * Makes a model from a corpus, stage by stage:
 *
 *   corpus -> split -> texts with targets -> tokens -> vectors -> vocabulary, table, ids -> network
 *          -> release (calibrate, parity, test, publish)
 *
 * @throws Error if the corpus cannot be used, a loss is not finite, parity fails, or the target
 * accuracy is missed. Then nothing is published.
 */
export async function train(options: TrainOptions, progress: Progress): Promise<Manifest> {
  const preset = await readPreset(options.preset, options.seed);
  const corpus = await readCorpus(options.corpus, options);
  progress.corpus(corpus);
  const split = await splitCorpus(corpus.rows, preset, options);
  const texts = await trainingTexts(split.train, preset, options);
  const tokenized = tokenizeSplit(texts, split, preset.encoder);
  progress.split(split, tokenized);
  checkSplit(split, options.minimumPerClass ?? preset.minimumPerClass ?? MINIMUM_PER_CLASS);
  const vectors = await loadVectors(options.vectors, domainVectorsFile(preset, options), wordsOf(tokenized));
  const vocabulary = await startingVocabulary(options.startFrom, preset.encoder);
  const prepared = await prepare(split, texts, tokenized, { ...options, vectors, preset, vocabulary });
  progress.vocabulary(prepared);

  const pool = new WorkerPool(options.workers);
  try {
    const trained = await trainNetwork(prepared, {
      ...options,
      preset,
      pool,
      fingerprint: runFingerprint({ ...options, preset, corpus, vectors, ...prepared }),
      onStep: (step) => progress.step(step),
      onEpoch: (row) => {
        progress.epoch(row);
        return writeSummary(pool, options.run, row);
      },
    });
    return await release(options, { preset, corpus, split, prepared, ...trained, pool, progress });
  } finally {
    pool.close();
  }
}
