import { CorpusError } from "./rows.ts";
import { overlap } from "./split.ts";
import type { Split } from "./split-corpus.ts";

/**
 * Refuses a split that a model cannot learn from or be measured on.
 * @param minimumPerClass the fewest training reviews of each class
 * @throws CorpusError that names the split and the number of reviews, and says what to do
 */
export function checkSplit(split: Split, minimumPerClass: number): void {
  for (const name of ["train", "validation", "test"] as const) {
    const reviews = split[name];
    if (reviews.length === 0) continue;
    const positive = reviews.filter(({ label }) => label === 1).length;
    const [fewer, count] =
      positive * 2 < reviews.length ? ["positive", positive] : ["negative", reviews.length - positive];
    if (count === 0)
      throw new CorpusError(
        `the ${NAMES[name]} reviews have one class: none of ${reviews.length} is ${fewer}. ` +
          "Check --rating-scale and --positive-above",
      );
    if (name === "train" && count < minimumPerClass)
      throw new CorpusError(
        `the training reviews have ${count} ${fewer} ones, and ${minimumPerClass} are needed. ` +
          "Add more, or lower --minimum-per-class",
      );
  }
  const copies = overlap([...split.train, ...split.validation], split.test);
  if (copies > 0)
    throw new CorpusError(
      `${copies} of ${split.test.length} test reviews have a text that is in the corpus too: the figures would be ` +
        "too good. Remove them, or pass --duplicates drop to leave the copies out of the corpus",
    );
}

const NAMES = { train: "training", validation: "validation", test: "test" };
