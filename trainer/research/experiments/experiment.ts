import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { type CorpusOptions, readCorpus } from "../../src/data/corpus.ts";
import { domainVectorsFile, type TeacherOptions } from "../../src/data/targets.ts";
import { loadVectors, type Vectors } from "../../src/data/vectors.ts";
import { commit, machine } from "../../src/export/provenance.ts";
import { WorkerPool } from "../../src/fit/worker-pool.ts";
import { type Plan, type Run, runsOf } from "./plan.ts";
import { digest, recipeHash } from "./recipe.ts";
import { appendRow, readRows, sameRun } from "./record.ts";
import { experimentsTable } from "./table.ts";
import { trainRun } from "./train-run.ts";

export interface ExperimentOptions extends CorpusOptions, TeacherOptions {
  corpus: string;
  vectors?: string;
  /** The folder of `results.jsonl` and `README.md`. */
  out: string;
  /** The folder of the checkpoints of unfinished runs. */
  checkpoints: string;
  workers: number;
}

/**
 * Runs the trainings of a plan that are not in the record, and appends a row after each. A stopped
 * run continues from its last epoch. A run that fails is reported and left out.
 * @returns the number of failed runs
 */
export async function experiment(
  plan: Plan,
  options: ExperimentOptions,
  print: (line: string) => void,
): Promise<number> {
  const record = path.join(options.out, "results.jsonl");
  const rows = await readRows(record);
  const runs = await runsOf(plan);
  const corpus = await readCorpus(options.corpus, options);
  const fileDigest = remembered(digestOfFile);
  const vectorsOf = remembered((domain) => loadVectors(options.vectors, domain || undefined));
  const pool = new WorkerPool(options.workers);
  let failed = 0;
  try {
    for (const [i, run] of runs.entries()) {
      const title = `[${i + 1}/${runs.length}] ${run.name}, fold ${run.fold}, seed ${run.seed}`;
      const inputsOf = async (preset: Run["preset"]) =>
        Promise.all(inputFiles(preset, options).map((file) => fileDigest(file)));
      const key = {
        recipe: recipeHash(run.preset, await inputsOf(run.preset)),
        baseline: recipeHash(run.baseline, await inputsOf(run.baseline)),
        data: digest([corpus.sha256, run.limit ?? null]),
        fold: run.fold,
        seed: run.seed,
      };
      if (rows.some((row) => sameRun(row, key))) {
        print(`${title}: is in the record`);
        continue;
      }
      const folder = path.join(options.checkpoints, `${key.recipe}-${key.data}-${run.fold}-${run.seed}`);
      const vectors = await vectorsOf(domainVectorsFile(run.preset, options) ?? "");
      try {
        const measured = await trainRun(run, {
          ...options,
          corpus,
          vectors,
          pool,
          folder,
          onEpoch: ({ epoch, validationAccuracy, seconds }) =>
            print(`  epoch ${epoch}: validation ${validationAccuracy.toFixed(4)}, ${seconds.toFixed(0)} s`),
        });
        const row = { ...origin(run, options), ...key, ...measured };
        rows.push(row);
        await appendRow(record, row);
        await writeFile(path.join(options.out, "README.md"), experimentsTable(rows));
        await rm(folder, { recursive: true, force: true });
        print(`${title}: accuracy ${row.accuracy.toFixed(4)}, ${row.minutes.toFixed(2)} minutes`);
      } catch (error) {
        failed++;
        print(`${title}: failed: ${(error as Error).message}`);
      }
    }
  } finally {
    pool.close();
  }
  return failed;
}

const origin = (run: Run, { workers }: ExperimentOptions) => ({
  date: new Date().toISOString(),
  commit: commit(),
  machine: machine(),
  workers,
  plan: run.plan,
  name: run.name,
  preset: run.presetName,
  set: run.set,
});

/** The files beside the corpus that a preset learns from. */
function inputFiles(preset: Run["preset"], options: ExperimentOptions): string[] {
  const files = [domainVectorsFile(preset, options) ?? [], options.vectors ?? []].flat();
  if (preset.distillation && options.teacher && options.unlabelled)
    files.push(path.join(options.teacher, "labels.jsonl"), options.unlabelled);
  return files;
}

async function digestOfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(file), hash);
  return hash.digest("hex").slice(0, 12);
}

/** Remembers the results of a function of a name. */
function remembered<T extends string | Vectors>(make: (name: string) => Promise<T>) {
  const known = new Map<string, Promise<T>>();
  return (name: string): Promise<T> => {
    const found = known.get(name) ?? make(name);
    known.set(name, found);
    return found;
  };
}
