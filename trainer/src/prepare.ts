import { Encoder, tokenize } from "@undertone/models";
import { buildVocabulary, coverage } from "./build-vocabulary.ts";
import type { Review } from "./corpus.ts";
import { encodeTexts } from "./encode-texts.ts";
import type { Examples } from "./fit.ts";
import { parameterList } from "./parameters.ts";
import type { Architecture, Preset } from "./preset.ts";
import type { Split } from "./split-corpus.ts";
import type { Lesson } from "./teacher/lesson.ts";
import { embeddingTable, type Vectors } from "./vectors.ts";

/** What training needs of a corpus: lesson -> vocabulary -> embedding table -> encoded examples, and the network's shape. */
export function prepare({ validation, test }: Split, lesson: Lesson, vectors: Vectors, preset: Preset) {
  const tokens = lesson.texts.map((text) => tokenize(text, preset.encoder.rules));
  const vocabulary = buildVocabulary(tokens, { ...preset.vocabulary, settings: preset.encoder });
  const { table, missing } = embeddingTable(vocabulary.words, vectors, {
    ...preset.embeddings,
    seed: preset.seed,
  });
  const onSpaces = lesson.texts.map((text) => text.split(" "));
  const encoder = new Encoder(vocabulary);
  const architecture: Architecture = { ...preset.network, embedding: vectors.dimensions };
  return {
    vocabulary,
    encoder,
    /** float32 `[words, embedding]` */
    table,
    covered: {
      before: coverage(onSpaces, vectors),
      after: coverage(tokens, vectors),
      missingWords: missing,
    },
    examples: {
      train: { ids: encodeTexts(encoder, lesson.texts), labels: lesson.targets },
      validation: encode(encoder, validation),
      test: encode(encoder, test),
    },
    architecture,
    list: parameterList(architecture),
  };
}

const encode = (encoder: Encoder, reviews: Review[]): Examples => ({
  ids: encodeTexts(
    encoder,
    reviews.map(({ text }) => text),
  ),
  labels: reviews.map(({ label }) => label),
});
