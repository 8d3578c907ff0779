import type { Preset } from "../preset.ts";
import { type CorpusOptions, type Review, readCorpus } from "./corpus.ts";
import { cutValidation, splitHalves } from "./split.ts";

export interface Split {
  train: Review[];
  validation: Review[];
  test: Review[];
}

/**
 * Training, validation and test reviews.
 * @param options `test` is a corpus of its own; false: none is held; undefined: half of the rows
 */
export async function splitCorpus(
  rows: Review[],
  { split, seed }: Preset,
  options: CorpusOptions & { test?: string | false },
): Promise<Split> {
  const [learning, test] = await holdOut(rows, split.shuffle ? seed : null, options);
  return { ...cutValidation(learning, validationCut({ split, seed })), test };
}

/** Which validation rows a preset cuts off (see `cutValidation`). */
export const validationCut = ({ split, seed }: Pick<Preset, "split" | "seed">) => ({
  share: split.validation,
  seed: split.seed ?? seed,
  fold: split.fold ?? 0,
});

async function holdOut(
  rows: Review[],
  shuffleSeed: number | null,
  options: CorpusOptions & { test?: string | false },
): Promise<[Review[], Review[]]> {
  if (options.test === false) return [rows, []];
  if (options.test === undefined) return splitHalves(rows, { shuffleSeed });
  return [rows, (await readCorpus(options.test, options)).rows];
}
