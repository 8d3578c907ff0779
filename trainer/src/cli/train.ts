import { availableParallelism } from "node:os";
import path from "node:path";
import { Command, Option } from "commander";
import type { CorpusOptions } from "../data/corpus.ts";
import { presetNames } from "../preset.ts";
import { Progress } from "../report/progress.ts";
import { train } from "../train.ts";
import { needTensorFlow, runCommand, wholeNumber, withCorpusOptions } from "./command-line.ts";

interface Flags extends CorpusOptions {
  preset: string;
  corpus: string[];
  test?: string[] | false;
  duplicates: "refuse" | "drop";
  minimumPerClass?: number;
  vectors?: string;
  unlabelled?: string;
  teacher?: string;
  out?: string;
  run?: string;
  startFrom?: string;
  sources?: string;
  name?: string;
  modelVersion: string;
  workers: number;
  seed?: number;
  resume: boolean;
}

const program = withCorpusOptions(new Command("npm run train --"))
  .description("Trains a model from a corpus of rated reviews, evaluates it and exports it to ONNX.")
  .addOption(
    new Option("--preset <name>", "The preset, a file of trainer/presets.")
      .choices(presetNames())
      .makeOptionMandatory(),
  )
  .requiredOption(
    "--corpus <file...>",
    "Rated reviews in CSV, TSV, JSON Lines or a JSON array, plain or compressed; one file per domain.",
  )
  .option("--test <file...>", "Test files. Default: half of the corpus.")
  .addOption(
    new Option(
      "--duplicates <what>",
      "If texts of the corpus are in the test files too: refuse to run, or drop them from the corpus.",
    )
      .choices(["refuse", "drop"])
      .default("refuse"),
  )
  .option(
    "--minimum-per-class <n>",
    "The fewest training reviews of each class. Default: the preset's number, or 50.",
    wholeNumber(1),
  )
  .option(
    "--vectors <file>",
    "Word vectors as text (GloVe, word2vec, fastText), plain or gzip. Default: GloVe 6B 100d.",
  )
  .option(
    "--no-test",
    "Hold back no test reviews. The validation reviews then decide whether the target is reached.",
  )
  .option("--unlabelled <file>", "Unrated reviews, for presets that learn from a teacher.")
  .option(
    "--teacher <dir>",
    "The teacher's folder: vectors.txt and labels.jsonl. See trainer/research/teachers.",
  )
  .option(
    "--start-from <dir>",
    "Start from another run's best epoch (same network and vocabulary), or from a published model.",
  )
  .option("--out <dir>", "The model's folder. Default: runs/<preset>/model.")
  .option("--run <dir>", "The folder of checkpoints and TensorBoard summaries. Default: runs/<preset>.")
  .option("--sources <file>", "A Markdown file about the corpora and their licences, for the model card.")
  .option("--name <name>", "The model's name. Default: the last part of --out.")
  .option("--model-version <version>", "The model's version.", "1.0.0")
  .option(
    "--workers <n>",
    "The number of training processes, each with one thread.",
    wholeNumber(1),
    availableParallelism(),
  )
  .option("--seed <n>", "The seed. Default: the preset's.", wholeNumber(0))
  .option("--resume", "Continue from the run's last finished epoch.", false)
  .parse();

const flags = program.opts<Flags>();
await runCommand("train", async () => {
  needTensorFlow();
  const run = flags.run ?? path.join("runs", flags.preset);
  const out = flags.out ?? path.join(run, "model");
  const name = flags.name ?? path.basename(path.resolve(out));
  const manifest = await train({ ...flags, run, out, name }, new Progress());
  console.log(`${manifest.name} ${manifest.version} is in ${out}`);
});
