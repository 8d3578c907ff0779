import { type CorpusOptions, readCorpus } from "../../src/data/corpus.ts";
import { prepare } from "../../src/data/prepare.ts";
import { splitCorpus } from "../../src/data/split-corpus.ts";
import { trainingTexts } from "../../src/data/targets.ts";
import { tokenizeSplit, wordsOf } from "../../src/data/tokenized-texts.ts";
import { loadVectors } from "../../src/data/vectors.ts";
import { readPreset } from "../../src/preset.ts";
import { override } from "../experiments/recipe.ts";
import type { Labelled } from "./study.ts";

/**
 * The reviews of a corpus with at least `tokens` tokens, cut to that length, split by film as in
 * preset `default`.
 * @param limit the most training reviews
 * @throws Error if no training or validation review is that long
 */
export async function longReviews(
  options: CorpusOptions & { corpus: string; vectors?: string },
  { tokens, limit }: { tokens: number; limit: number },
) {
  const set = {
    "encoder.maximumLength": tokens,
    "encoder.truncation": "start",
    "embeddings.dimensions": null,
  };
  const preset = override("default", await readPreset("default"), set);
  const split = await splitCorpus((await readCorpus(options.corpus, options)).rows, preset, {
    ...options,
    test: false,
  });
  const texts = await trainingTexts(split.train, preset, options);
  const tokenized = tokenizeSplit(texts, split, preset.encoder);
  const vectors = await loadVectors(options.vectors, undefined, wordsOf(tokenized));
  const { examples, table } = await prepare(split, texts, tokenized, { ...options, vectors, preset });
  const labels = split.train.map(({ label }) => label);
  const train = ofLength({ ids: examples.train.ids, labels }, tokens, limit);
  const validation = ofLength(examples.validation, tokens);
  if (train.ids.length === 0 || validation.ids.length === 0)
    throw new Error(`${options.corpus}: too few reviews of ${tokens} tokens or more`);
  return { train, validation, table, depth: vectors.dimensions };
}

function ofLength({ ids, labels }: Labelled, tokens: number, limit = Number.POSITIVE_INFINITY): Labelled {
  const rows = [...ids.keys()].filter((row) => ids[row]!.length === tokens).slice(0, limit);
  return { ids: rows.map((row) => ids[row]!), labels: rows.map((row) => labels[row]!) };
}
