import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { stringify } from "csv-stringify/sync";
import type { LabelledTexts } from "./peer.ts";

interface Program {
  python: string;
  program: string;
}

/**
 * The accuracy and the speed of NB-SVM on each file, in its own process on one core, without training.
 */
export async function nbsvm(
  { python, program }: Program,
  train: string,
  tests: string[],
): Promise<{ accuracy: number; rate: number }[]> {
  const { stdout } = await promisify(execFile)(python, [program, train, ...tests], {
    env: { ...process.env, OMP_NUM_THREADS: "1" },
  });
  return stdout
    .trim()
    .split("\n")
    .map((line) => {
      const { accuracy, reviews_s } = JSON.parse(line) as { accuracy: number; reviews_s: number };
      return { accuracy, rate: reviews_s };
    });
}

/** The accuracy of NB-SVM on texts in memory. */
export async function nbsvmAccuracy(program: Program, train: LabelledTexts, test: LabelledTexts) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "nbsvm-"));
  const write = async (name: string, { texts, labels }: LabelledTexts) => {
    const rows = texts.map((review_text, i) => ({ rating: labels[i] === 1 ? 5 : 1, review_text }));
    const file = path.join(folder, name);
    await writeFile(file, gzipSync(stringify(rows, { header: true })));
    return file;
  };
  try {
    const [found] = await nbsvm(program, await write("train.csv.gz", train), [
      await write("test.csv.gz", test),
    ]);
    return found!.accuracy;
  } finally {
    await rm(folder, { recursive: true });
  }
}
