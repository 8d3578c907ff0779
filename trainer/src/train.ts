import path from "node:path";
import { Encoder, type Manifest, tokenize, type Vocabulary } from "@undertone/models";
import { buildVocabulary, coverage } from "./build-vocabulary.ts";
import {
  loadCheckpoint,
  readCheckpoint,
  runFingerprint,
  saveCheckpoint,
  type TrainingState,
} from "./checkpoint.ts";
import { type Corpus, type CorpusOptions, type Review, readCorpus } from "./corpus.ts";
import { encodeTexts } from "./encode-texts.ts";
import { examine } from "./examine/examine.ts";
import { type Examples, fit, newTrainingState } from "./fit.ts";
import { accuracy } from "./metrics.ts";
import { calibrate, evaluate, graphScores } from "./onnx/calibrate.ts";
import { FLOAT32, INT8 } from "./onnx/precision.ts";
import { initialParameters, type Parameter, parameterList } from "./parameters.ts";
import { checkParity } from "./parity.ts";
import { type Architecture, type Preset, readPreset } from "./preset.ts";
import type { Progress } from "./progress.ts";
import { publish } from "./publish.ts";
import { Replicas } from "./replicas.ts";
import { writeReport } from "./report.ts";
import { cutValidation, overlap, splitHalves } from "./split.ts";
import { domainVectorsFile, lessonOf, type TeacherOptions } from "./teacher.ts";
import { embeddingTable, joinVectors, loadVectors, type Vectors } from "./vectors.ts";

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
 *     corpus -> split -> lesson -> vocabulary -> vectors -> encode -> fit -> calibrate -> export -> parity -> test -> publish
 *
 * @throws Error when the corpus is malformed, a loss is not finite, parity fails, or the target accuracy is missed;
 *   nothing is published then
 */
export async function train(options: TrainOptions, progress: Progress): Promise<Manifest> {
  const preset = await readPreset(options.preset);
  if (options.seed !== undefined) preset.seed = options.seed;
  const corpus = await readCorpus(options.corpus, options);
  const split = await splitCorpus(corpus, preset, options, progress);

  const lesson = await lessonOf(split.train, preset, options);
  const tokens = lesson.texts.map((text) => tokenize(text, preset.encoder.rules));
  const vocabulary = buildVocabulary(tokens, { ...preset.vocabulary, settings: preset.encoder });
  const vectors = await vectorsOf(preset, options);
  const { table, missing } = embeddingTable(vocabulary.words, vectors, {
    ...preset.embeddings,
    seed: preset.seed,
  });
  const covered = {
    before: coverage(
      lesson.texts.map((text) => text.split(" ")),
      vectors,
    ),
    after: coverage(tokens, vectors),
    missingWords: missing,
  };
  progress.coverage(covered, vocabulary.words.length);

  const encoder = new Encoder(vocabulary);
  const examples = {
    train: { ids: encodeTexts(encoder, lesson.texts), labels: lesson.targets },
    validation: encode(encoder, split.validation),
    test: encode(encoder, split.test),
  };
  const architecture: Architecture = { ...preset.network, embedding: vectors.dimensions };
  const list = parameterList(architecture);
  const { targetAccuracy: _, ...decisive } = preset;
  const fingerprint = runFingerprint([
    decisive,
    corpus.sha256,
    vectors.name,
    vocabulary.words.length,
    ...(options.startFrom ? [options.startFrom] : []),
  ]);
  const state = options.resume
    ? await loadCheckpoint(options.run, fingerprint)
    : options.startFrom
      ? await warmStart(options.startFrom, list, table.length)
      : newTrainingState(initialParameters(list, preset.seed), table);

  const replicas = new Replicas(options.workers);
  try {
    await replicas.tell({ kind: "start", architecture, table: state.table });
    await fit(state, {
      preset,
      replicas,
      ...examples,
      onStep: (news) => progress.step(news),
      onEpoch: async (row, current) => {
        await saveCheckpoint(options.run, fingerprint, current);
        progress.epoch(row);
        const { epoch, seconds: _, ...scalars } = row;
        const folder = path.join(options.run, "tensorboard");
        await replicas.ask(0, { kind: "summary", folder, step: epoch, scalars });
      },
    });
    await useBest(replicas, state);

    const { parameters, table: trained } = state.best;
    const network = { architecture, list, parameters, table: trained };
    const [version, { validation, test }] = [options.modelVersion, examples];
    const float32 = await calibrate(network, version, FLOAT32, validation);
    const int8 = await calibrate(network, version, INT8, validation);
    const logits = await replicas.predict(validation.ids);
    const sample = spread(validation.ids, 1000);
    const parity = await checkParity(
      float32.graph,
      sample.map((i) => validation.ids[i]!),
      pick(logits, sample, float32.temperature),
    );
    progress.parity(sample.length, parity);

    const graphs = {
      float32: await evaluate(float32, validation, test),
      int8: await evaluate(int8, validation, test),
    };
    for (const [name, { metrics }] of Object.entries(graphs)) progress.result(name, metrics);
    const reported =
      test.ids.length > 0 ? { ...test, reviews: split.test } : { ...validation, reviews: split.validation };
    const reportedScores = test.ids.length > 0 ? graphs.int8.testScores : int8.validation;
    reachTarget(accuracy(reportedScores, reported.labels), preset);

    const known = {
      name: options.name,
      version: options.modelVersion,
      architecture,
      corpus: {
        sha256: corpus.sha256,
        rows: corpus.rows.length,
        train: split.train.length,
        unlabelled: lesson.texts.length - split.train.length,
        validation: validation.ids.length,
        test: test.ids.length,
      },
      seed: preset.seed,
      preset: options.preset,
      parity: { texts: sample.length, largestDifference: parity },
    };
    const manifest = await publish(options.out, graphs, vocabulary, encoder, known);
    await writeReport(options.out, manifest, {
      history: state.history,
      scores: reportedScores,
      labels: reported.labels,
      examination: await examine({
        reviews: reported.reviews,
        scores: reportedScores,
        lengths: reported.ids.map((ids) => ids.length),
        score: (texts) => graphScores(int8.graph, INT8, encodeTexts(encoder, texts)),
        knows: knownWords(vocabulary),
      }),
      coverage: covered,
    });
    return manifest;
  } finally {
    replicas.close();
  }
}

async function splitCorpus(corpus: Corpus, preset: Preset, options: TrainOptions, progress: Progress) {
  const shuffleSeed = preset.split.shuffle ? preset.seed : null;
  const given = options.test ? await readCorpus(options.test, options) : undefined;
  const [learning, test] = given
    ? [corpus.rows, given.rows]
    : options.test === false
      ? [corpus.rows, []]
      : splitHalves(corpus.rows, { shuffleSeed });
  const { train: rest, validation } = cutValidation(learning, {
    share: preset.split.validation,
    seed: preset.seed,
  });
  progress.corpus(
    { train: rest, validation, test },
    corpus.dropped,
    preset.encoder.rules,
    overlap(learning, test),
  );
  return { train: rest, validation, test };
}

const encode = (encoder: Encoder, reviews: Review[]): Examples => ({
  ids: encodeTexts(
    encoder,
    reviews.map(({ text }) => text),
  ),
  labels: reviews.map(({ label }) => label),
});

/** GloVe's vectors, or those of a file, joined to the teacher's in-domain ones where the preset says so. */
async function vectorsOf(preset: Preset, options: TrainOptions): Promise<Vectors> {
  const general = await loadVectors(options.vectors);
  const domain = domainVectorsFile(preset, options);
  return domain ? joinVectors(general, await loadVectors(domain)) : general;
}

/**
 * The parameters and vectors of another run's best epoch, no step taken.
 * @throws Error when they are of another shape
 */
async function warmStart(run: string, list: Parameter[], tableSize: number): Promise<TrainingState> {
  const { parameters, table } = (await readCheckpoint(run)).state.best;
  const { offset, size } = list.at(-1)!;
  if (parameters.length !== offset + size || table.length !== tableSize)
    throw new Error(`${run}: its network or its vocabulary has another size than this preset's`);
  return newTrainingState(parameters, table);
}

/** Gives every replica the parameters of the best epoch, and the vectors as they were then. */
async function useBest(replicas: Replicas, { best }: TrainingState): Promise<void> {
  await replicas.tell({ kind: "set", parameters: best.parameters, table: best.table });
}

/** `count` row numbers spread evenly over the lengths. */
function spread(rows: readonly Int32Array[], count: number): number[] {
  const order = [...rows.keys()].sort((a, b) => rows[a]!.length - rows[b]!.length);
  const size = Math.min(count, order.length);
  return Array.from({ length: size }, (_, i) => order[Math.floor((i * order.length) / size)]!);
}

const pick = (logits: Float32Array, rows: number[], temperature: number): Float32Array =>
  Float32Array.from(rows.flatMap((i) => [logits[2 * i]! / temperature, logits[2 * i + 1]! / temperature]));

function knownWords({ words }: Vocabulary): (token: string) => boolean {
  const known = new Set(words);
  return (token) => known.has(token);
}

function reachTarget(found: number, { targetAccuracy }: Preset): void {
  if (found >= targetAccuracy) return;
  throw new Error(
    `accuracy ${found.toFixed(4)} is below the preset's target of ${targetAccuracy}: nothing is published`,
  );
}
