import type { Preset } from "../preset.ts";
import { type CorpusOptions, type Review, readCorpus } from "./corpus.ts";
import { cutValidation, splitHalves } from "./split.ts";

export interface Split {
  train: Review[];
  validation: Review[];
  test: Review[];
  /**
   * The training and validation reviews that were left out, because their text is in another split.
   */
  copies: number;
}

export interface SplitOptions extends CorpusOptions {
  /** The test reviews: given files; false: none; undefined: half of the corpus. */
  test?: string | string[] | false;
  /**
   * What to do with training reviews whose text is in the given test files: refuse (the default),
   * or leave them out.
   */
  duplicates?: "refuse" | "drop";
}

/** Training, validation and test reviews. */
export async function splitCorpus(
  rows: Review[],
  { split, seed }: Preset,
  options: SplitOptions,
): Promise<Split> {
  const [learning, test] = await holdOut(rows, split.shuffle ? seed : null, options);
  const cut = cutValidation(learning, validationCut({ split, seed }));
  const isOurs = options.test === undefined || options.duplicates === "drop";
  const validation = withoutTextsOf(isOurs ? test : [], cut.validation);
  const train = withoutTextsOf([...validation, ...(isOurs ? test : [])], cut.train);
  return { train, validation, test, copies: learning.length - train.length - validation.length };
}

/** The reviews whose text is in none of the others. */
function withoutTextsOf(others: readonly Review[], reviews: Review[]): Review[] {
  const texts = new Set(others.map(({ text }) => text));
  return reviews.filter(({ text }) => !texts.has(text));
}

/** The fold and the seed of a preset's validation reviews (see `cutValidation`). */
export const validationCut = ({ split, seed }: Pick<Preset, "split" | "seed">) => ({
  share: split.validation,
  seed: split.seed ?? seed,
  fold: split.fold ?? 0,
});

async function holdOut(
  rows: Review[],
  shuffleSeed: number | null,
  options: SplitOptions,
): Promise<[Review[], Review[]]> {
  if (options.test === false) return [rows, []];
  if (options.test === undefined) return splitHalves(rows, { shuffleSeed });
  return [rows, (await readCorpus(options.test, options)).rows];
}
