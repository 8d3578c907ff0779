import { Encoder, tokenize } from "@undertone/models";
import type { Rated } from "../fit/fit.ts";
import { parameterList } from "../model/parameters.ts";
import type { Architecture, Preset } from "../preset.ts";
import { buildVocabulary, coverage } from "./build-vocabulary.ts";
import type { Review } from "./corpus.ts";
import { encodeTexts } from "./encode-texts.ts";
import { readGivenNames, SharedRow } from "./names/shared-row.ts";
import type { Split } from "./split-corpus.ts";
import type { TrainingTargets } from "./targets.ts";
import { embeddingTable, type Vectors } from "./vectors.ts";

/** What training needs of a corpus: lesson -> vocabulary -> embedding table -> encoded examples, and the network's shape. */
export async function prepare(
  { validation, test }: Split,
  lesson: TrainingTargets,
  vectors: Vectors,
  preset: Preset,
) {
  const tokens = lesson.texts.map((text) => tokenize(text, preset.encoder));
  const vocabulary = buildVocabulary(tokens, { ...preset.vocabulary, settings: preset.encoder });
  const { table, missing } = embeddingTable(vocabulary.words, vectors, {
    ...preset.embeddings,
    seed: preset.seed,
  });
  const onSpaces = lesson.texts.map((text) => text.split(" "));
  const encoder = new Encoder(vocabulary);
  const names = new SharedRow(vocabulary.words, preset.embeddings.shareNames ? await readGivenNames() : []);
  names.average(table, vectors.dimensions);
  const encode = (texts: string[]) => encodeTexts(encoder, texts).map((ids) => names.idsOf(ids));
  const rated = (reviews: Review[]): Rated => ({
    ids: encode(reviews.map(({ text }) => text)),
    labels: reviews.map(({ label }) => label),
    ratings: reviews.map(({ rating }) => rating),
  });
  const architecture: Architecture = { ...preset.network, embedding: vectors.dimensions };
  return {
    vocabulary,
    encoder,
    names,
    /** float32 `[words, embedding]` */
    table,
    covered: {
      before: coverage(onSpaces, vectors),
      after: coverage(tokens, vectors),
      missingWords: missing,
    },
    examples: {
      train: { ids: encode(lesson.texts), labels: lesson.targets },
      validation: rated(validation),
      test: rated(test),
    },
    architecture,
    list: parameterList(architecture),
  };
}
