import { Encoder, UNKNOWN, type Vocabulary } from "@undertone/models";
import type { Rated } from "../evaluation/domains.ts";
import type { Examples } from "../fit/fit.ts";
import { type NgramLayout, ngramLayout } from "../model/ngrams.ts";
import { type Parameter, parameterList } from "../model/parameters.ts";
import { type RatingScale, ratingScale } from "../model/rating-scale.ts";
import type { Architecture, Preset } from "../preset.ts";
import { buildVocabulary, coverage } from "./build-vocabulary.ts";
import type { Review } from "./corpus.ts";
import { readGivenNames } from "./names/given-names.ts";
import type { Split } from "./split-corpus.ts";
import { isShortSentence, isUnlabelled, type TrainingText, thresholdTargets } from "./targets.ts";
import type { TokenizedSplit } from "./tokenized-texts.ts";
import { embeddingTable, type Vectors } from "./vectors.ts";

/** The data for training. */
export interface Prepared {
  vocabulary: Vocabulary;
  encoder: Encoder;
  /** float32 `[words, embedding]` */
  table: Float32Array;
  /** The share of the training tokens with a vector, if split on spaces and by the encoder. */
  coverage: { before: number; after: number; missingWords: number };
  examples: { train: Examples; validation: Rated; test: Rated };
  architecture: Architecture;
  /** The network's trained arrays. */
  list: Parameter[];
  scale: RatingScale;
  /** The number of weights of the linear term; 0 if the network has none. */
  layout: NgramLayout | undefined;
}

interface PrepareOptions {
  vectors: Vectors;
  preset: Preset;
  /**
   * The vocabulary of the model that training starts from. By default it is built from the training
   * texts.
   */
  vocabulary?: Vocabulary | undefined;
  /** Ratings above this many stars are positive. */
  positiveAbove: number;
}

/** Tokens -> vocabulary -> embedding table -> encoded examples, and the network's shape. */
export async function prepare(
  { train, validation, test }: Pick<Split, "train" | "validation" | "test">,
  texts: readonly TrainingText[],
  tokenized: TokenizedSplit,
  { vectors, preset, positiveAbove, ...given }: PrepareOptions,
): Promise<Prepared> {
  const counts = tokenized.vocabulary.count(
    tokenized.train.filter((_, row) => !isShortSentence(texts[row]!)),
  );
  const vocabulary =
    given.vocabulary ??
    buildVocabulary(counts, {
      ...preset.vocabulary,
      settings: preset.encoder,
      without: preset.vocabulary.withoutNames ? await readGivenNames() : [],
    });
  const { table, dimensions, missing } = embeddingTable(vocabulary.words, vectors, {
    ...preset.embeddings,
    seed: preset.seed,
  });
  const encoder = new Encoder(vocabulary);
  const ids = Int32Array.from(tokenized.vocabulary.tokens, (token) => encoder.idOf(token));
  const encode = (tokens: Int32Array[]) =>
    tokens.map((text) => atLeastOne(encoder.keep(text.map((place) => ids[place]!)).ids));
  const scale = scaleOf(train, preset, positiveAbove);
  const neutral = scale.values.length > 2 ? scale.values[scale.middle]! : null;
  const rated = (reviews: Review[], tokens: Int32Array[]): Rated => ({
    ids: encode(tokens),
    labels: reviews.map(({ label }) => label),
    ratings: reviews.map(({ rating }) => rating),
    domains: reviews.map(({ domain }) => domain),
    neutral,
  });
  const examples = {
    train: {
      ids: encode(tokenized.train),
      readOnce: texts.filter(isUnlabelled).length,
      ...thresholdTargets(texts, scale, preset),
    },
    validation: rated(validation, tokenized.validation),
    test: rated(test, tokenized.test),
  };
  const architecture: Architecture = {
    ...preset.network,
    embedding: dimensions,
    thresholds: scale.values.length - 1,
  };
  const { ngrams } = preset.network;
  const layout: NgramLayout | undefined = ngrams ? ngramLayout(vocabulary.words.length, ngrams) : undefined;
  return {
    vocabulary,
    encoder,
    table,
    coverage: {
      before: coverage(tokenized.onSpaces, vectors),
      after: coverage(counts, vectors),
      missingWords: missing,
    },
    examples,
    architecture,
    list: parameterList(architecture),
    scale,
    layout,
  };
}

/** Ids of each text, as `prepare` encodes them. */
export const encodeTexts = (encoder: Encoder, texts: readonly string[]): Int32Array[] =>
  texts.map((text) => atLeastOne(encoder.encode(text).ids));

/** A network needs at least one step, so a text without tokens becomes a single `<unk>`. */
const atLeastOne = (ids: Int32Array): Int32Array => (ids.length > 0 ? ids : Int32Array.of(UNKNOWN));

/** The scale of the ratings: two classes if the network has no ordinal output. */
function scaleOf(train: readonly Review[], { network }: Preset, positiveAbove: number): RatingScale {
  if (network.output === "classes") return { values: [0, 1], middle: 0 };
  return ratingScale(
    train.map(({ rating }) => rating),
    positiveAbove,
  );
}
