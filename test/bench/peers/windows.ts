import { readByKey } from "../../../trainer/src/data/by-key.ts";
import type { Review } from "../../../trainer/src/data/corpus.ts";
import { cutValidation } from "../../../trainer/src/data/split.ts";
import { validationCut } from "../../../trainer/src/data/split-corpus.ts";
import { readPreset } from "../../../trainer/src/preset.ts";
import { generator } from "../../../trainer/src/random.ts";
import type { LabelledTexts } from "./peer.ts";

/**
 * A label counts as confirmed if the log-odds of its class are at least this: a probability of 0.95.
 */
const CONFIRMED = Math.log(0.95 / 0.05);
const MAX_SENTENCES = 3;
/** Shorter windows seldom have an opinion. */
const LEAST_WORDS = 5;

const sentences = new Intl.Segmenter("en", { granularity: "sentence" });

/**
 * One to three consecutive sentences of each review, at a random place, with the review's
 * label.
 */
export function windowsOf(rows: readonly Review[]): LabelledTexts {
  const found: LabelledTexts = { texts: [], labels: [] };
  const random = generator(0);
  for (const { text, label } of rows) {
    const parts = [...sentences.segment(text.replace(/<br\s*\/?>/g, " "))].map(({ segment }) => segment);
    const count = Math.min(parts.length, 1 + Math.floor(random() * MAX_SENTENCES));
    const start = Math.floor(random() * (parts.length - count + 1));
    const window = parts
      .slice(start, start + count)
      .join("")
      .trim();
    if (window.split(/\s+/).length < LEAST_WORDS) continue;
    found.texts.push(window);
    found.labels.push(label);
  }
  return found;
}

/**
 * Short texts from the split of the published model.
 * @param confirming log-odds by a model that is not compared (`documents.jsonl` of
 * trainer/research/teachers): a
 *   validation review is cut only where it is sure of the review's own label
 * @returns training reviews, for a peer that is trained here; windows of them, to tune a threshold
 * on; and windows of
 *   validation reviews, which no compared model was fitted to
 */
export async function shortTexts(rows: Review[], confirming: string) {
  const { train, validation } = cutValidation(rows, validationCut(await readPreset("default")));
  const logOdds = await readByKey(confirming, "logOdds");
  const confirmed = validation.filter(
    ({ text, label }) => (label === 1 ? logOdds(text) : -logOdds(text)) >= CONFIRMED,
  );
  return {
    train: { texts: train.map(({ text }) => text), labels: train.map(({ label }) => label) },
    tuning: windowsOf(train),
    test: windowsOf(confirmed),
    confirmed: confirmed.length,
    validation: validation.length,
  };
}
