import path from "node:path";
import type { Preset } from "../preset.ts";
import { readByKey } from "./by-key.ts";
import { type Review, readTexts } from "./corpus.ts";

/** Where what a teacher made lies, and the reviews without rating that it labelled. */
export interface TeacherOptions {
  teacher?: string;
  unlabelled?: string;
  textColumn: string;
}

/** Texts to learn from, and the target P(positive) of each. */
export interface TrainingTargets {
  texts: string[];
  targets: number[];
}

/** @throws Error when the preset joins in-domain vectors and no teacher's folder is given */
export function domainVectorsFile({ embeddings }: Preset, { teacher }: TeacherOptions): string | undefined {
  if (!embeddings.domain) return undefined;
  if (!teacher)
    throw new Error(
      "this preset joins in-domain vectors: give --teacher DIR (see trainer/research/teachers)",
    );
  return path.join(teacher, "vectors.txt");
}

/**
 * The training reviews with their labels; with a preset that distils, their targets are mixed with the teacher's and the
 * unlabelled reviews follow.
 * @throws Error when a file or a review's label is missing
 */
export async function trainingTargets(
  train: Review[],
  { distillation }: Preset,
  options: TeacherOptions,
): Promise<TrainingTargets> {
  const texts = train.map(({ text }) => text);
  if (!distillation) return { texts, targets: train.map(({ label }) => label) };
  const { teacher, unlabelled, textColumn } = options;
  if (!teacher || !unlabelled)
    throw new Error(
      "this preset learns from a teacher: give --teacher DIR and --unlabelled FILE (see trainer/research/teachers)",
    );
  const taught = await readByKey(path.join(teacher, "labels.jsonl"), "positive");
  const { hardShare } = distillation;
  const rest = await readTexts(unlabelled, textColumn);
  return {
    texts: [...texts, ...rest],
    targets: [
      ...train.map(({ text, label }) => hardShare * label + (1 - hardShare) * taught(text)),
      ...rest.map(taught),
    ],
  };
}
