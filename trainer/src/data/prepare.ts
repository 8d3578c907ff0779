import { Encoder, tokenize } from "@undertone/models";
import type { Rated } from "../evaluation/domains.ts";
import type { Examples } from "../fit/fit.ts";
import { type NgramLayout, ngramLayout } from "../model/ngrams.ts";
import { parameterList } from "../model/parameters.ts";
import { type RatingScale, ratingScale } from "../model/rating-scale.ts";
import type { Architecture, Preset } from "../preset.ts";
import { buildVocabulary, coverage } from "./build-vocabulary.ts";
import type { Review } from "./corpus.ts";
import { encodeTexts } from "./encode-texts.ts";
import { readGivenNames } from "./names/given-names.ts";
import type { Split } from "./split-corpus.ts";
import { type Lesson, thresholdTargets } from "./targets.ts";
import { embeddingTable, type Vectors } from "./vectors.ts";

/** What training needs of a corpus: lessons -> vocabulary -> embedding table -> encoded examples, and the network's shape. */
export async function prepare(
  { train, validation, test }: Split,
  lessons: readonly Lesson[],
  vectors: Vectors,
  preset: Preset,
  positiveAbove: number,
) {
  const texts = lessons.map(({ text }) => text);
  const tokens = texts.map((text) => tokenize(text, preset.encoder));
  const vocabulary = buildVocabulary(tokens, {
    ...preset.vocabulary,
    settings: preset.encoder,
    without: preset.vocabulary.withoutNames ? await readGivenNames() : [],
  });
  const { table, dimensions, missing } = embeddingTable(vocabulary.words, vectors, {
    ...preset.embeddings,
    seed: preset.seed,
  });
  const encoder = new Encoder(vocabulary);
  const scale = scaleOf(train, preset, positiveAbove);
  const neutral = scale.values.length > 2 ? scale.values[scale.middle]! : null;
  const rated = (reviews: Review[]): Rated => ({
    ids: encodeTexts(
      encoder,
      reviews.map(({ text }) => text),
    ),
    labels: reviews.map(({ label }) => label),
    ratings: reviews.map(({ rating }) => rating),
    domains: reviews.map(({ domain }) => domain),
    neutral,
  });
  const examples: { train: Examples; validation: Rated; test: Rated } = {
    train: {
      ids: encodeTexts(encoder, texts),
      readOnce: lessons.length - train.length,
      ...thresholdTargets(lessons, scale, preset),
    },
    validation: rated(validation),
    test: rated(test),
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
    /** float32 `[words, embedding]` */
    table,
    covered: {
      before: coverage(
        texts.map((text) => text.split(" ")),
        vectors,
      ),
      after: coverage(tokens, vectors),
      missingWords: missing,
    },
    examples,
    architecture,
    list: parameterList(architecture),
    scale,
    layout,
  };
}

/** The scale of the ratings; two classes where the network has no ordinal output. */
function scaleOf(train: readonly Review[], { network }: Preset, positiveAbove: number): RatingScale {
  if (network.output === "classes") return { values: [0, 1], middle: 0 };
  return ratingScale(
    train.map(({ rating }) => rating),
    positiveAbove,
  );
}
