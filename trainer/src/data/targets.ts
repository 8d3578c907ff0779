import path from "node:path";
import type { Targets } from "../fit/messages.ts";
import type { RatingScale } from "../model/rating-scale.ts";
import type { Preset } from "../preset.ts";
import { readByKey } from "./by-key.ts";
import { type Review, readTexts } from "./corpus.ts";
import { shortSentences, writtenSentences } from "./short-sentences/short-sentences.ts";

/** The files of a teacher, and of the unrated reviews that it labelled. */
export interface TeacherOptions {
  teacher?: string;
  unlabelled?: string;
  textColumn: string;
}

/** A text to train on. */
export interface TrainingText {
  text: string;
  /** The target P(positive). */
  positive: number;
  /** The whole rating, if it says more than P(positive). */
  rating?: number;
  domain: string;
}

/** The domains of unrated reviews, of sentences made from templates, and of written ones. */
const UNLABELLED = "unlabelled";
const GENERATED = "generated";
const WRITTEN = "written";

export const isUnlabelled = ({ domain }: TrainingText): boolean => domain === UNLABELLED;
export const isShortSentence = ({ domain }: TrainingText): boolean =>
  domain === GENERATED || domain === WRITTEN;

/** @throws Error if the preset joins in-domain vectors and no teacher's folder is given */
export function domainVectorsFile({ embeddings }: Preset, { teacher }: TeacherOptions): string | undefined {
  if (!embeddings.domain) return undefined;
  if (!teacher)
    throw new Error(
      "this preset joins in-domain vectors: give --teacher DIR (see trainer/research/teachers)",
    );
  return path.join(teacher, "vectors.txt");
}

/**
 * The training reviews with their labels, then the short sentences if the preset asks for them. With a preset that
 * distils, the targets of the reviews are mixed with the teacher's, and the unrated reviews follow.
 * @throws Error if a file or a review's label is missing
 */
export async function trainingTexts(
  train: readonly Review[],
  { distillation, shortSentences: count = 0, seed }: Preset,
  options: TeacherOptions,
): Promise<TrainingText[]> {
  const training = ({ text, rating, twoClass, domain }: Review, positive: number): TrainingText => ({
    text,
    positive,
    domain,
    ...(!(twoClass && isExtreme(rating)) && { rating }),
  });
  const isExtreme = extremesOf(train);
  const generated = shortSentences(count, seed).map((made) => ({ ...made, domain: GENERATED }));
  const written = count > 0 ? writtenSentences.map((one) => ({ ...one, domain: WRITTEN })) : [];
  const sentences = [...generated, ...written];
  if (!distillation) return [...train.map((review) => training(review, review.label)), ...sentences];
  const { teacher, unlabelled, textColumn } = options;
  if (!teacher || !unlabelled)
    throw new Error(
      [
        "this preset learns from a teacher: give --teacher DIR and --unlabelled FILE (see",
        "trainer/research/teachers)",
      ].join(" "),
    );
  const taught = await readByKey(path.join(teacher, "labels.jsonl"), "positive");
  const { hardShare } = distillation;
  const rest = await readTexts(unlabelled, textColumn);
  return [
    ...train.map((review) =>
      training(review, hardShare * review.label + (1 - hardShare) * taught(review.text)),
    ),
    ...sentences,
    ...rest.map((text) => ({ text, positive: taught(text), domain: UNLABELLED })),
  ];
}

/** Whether a rating is the lowest or the highest of the corpus. */
function extremesOf(reviews: readonly Review[]): (rating: number) => boolean {
  const [lowest, highest] = reviews.reduce(
    ([low, high], { rating }) => [Math.min(low, rating), Math.max(high, rating)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
  return (rating) => rating === lowest || rating === highest;
}

/** The weight of all other thresholds together, relative to the middle one. */
const OTHER_THRESHOLDS = 0.5;

/**
 * The targets of each text for each threshold of the scale. The middle threshold is trained on
 * P(positive), which is soft if a teacher gave it, but not on neutral ratings, which are on neither
 * side of it. The others are trained on ratings only. Domains are weighted by `domainWeightPower`,
 * and the mean weight of a text is 1.
 *
 * @returns float32 `[texts, thresholds]` each
 */
export function thresholdTargets(
  texts: readonly TrainingText[],
  { values, middle }: RatingScale,
  { domainWeightPower }: Pick<Preset, "domainWeightPower">,
): Targets {
  const thresholds = values.length - 1;
  const neutral = thresholds > 1 ? values[middle] : null;
  const targets = new Float32Array(texts.length * thresholds);
  const weights = new Float32Array(texts.length * thresholds);
  const weightOf = domainWeights(texts, domainWeightPower);
  for (const [row, { positive, rating, domain }] of texts.entries()) {
    for (let k = 0; k < thresholds; k++) {
      const place = row * thresholds + k;
      targets[place] = k === middle ? positive : Number((rating ?? values[0]!) > values[k]!);
      if (k === middle) weights[place] = rating === neutral ? 0 : weightOf(domain);
      else if (rating !== undefined)
        weights[place] = (weightOf(domain) * OTHER_THRESHOLDS) / (thresholds - 1);
    }
  }
  return { targets, weights };
}

function domainWeights(texts: readonly TrainingText[], power: number): (domain: string) => number {
  const rows = new Map<string, number>();
  for (const { domain } of texts) rows.set(domain, (rows.get(domain) ?? 0) + 1);
  const weights = new Map([...rows].map(([domain, n]) => [domain, n ** -power]));
  const total = [...rows].reduce((sum, [domain, n]) => sum + n * weights.get(domain)!, 0);
  return (domain) => (weights.get(domain)! * texts.length) / total;
}
