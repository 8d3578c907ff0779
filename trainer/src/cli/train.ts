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
    new Option("--preset <name>", "an experiment of trainer/presets")
      .choices(presetNames())
      .makeOptionMandatory(),
  )
  .requiredOption("--corpus <file...>", "CSV or JSON Lines, plain or gzip; one file per domain")
  .option("--test <file...>", "test corpora (default: half of the corpus)")
  .addOption(
    new Option(
      "--duplicates <what>",
      "reviews of the corpus whose text is in the test files too end the run, or are left out",
    )
      .choices(["refuse", "drop"])
      .default("refuse"),
  )
  .option(
    "--minimum-per-class <n>",
    "training reviews that each class must have (default: the preset's number, or 50)",
    wholeNumber(1),
  )
  .option(
    "--vectors <file>",
    "vectors as text, as GloVe or word2vec write them, plain or gzip (default: GloVe 6B 100d, as setup:trainer packed it)",
  )
  .option(
    "--no-test",
    "hold no test reviews: validation is reported, and decides whether the target is reached",
  )
  .option("--unlabelled <file>", "reviews without a rating, for presets that learn from a teacher")
  .option("--teacher <dir>", "what trainer/research/teachers made: vectors.txt, labels.jsonl")
  .option(
    "--start-from <dir>",
    "start from the best epoch of another run of the same shape and words, or from a published model, with its words",
  )
  .option("--out <dir>", "where the model goes (default: runs/<preset>/model)")
  .option("--run <dir>", "checkpoints and TensorBoard summaries (default: runs/<preset>)")
  .option("--sources <file>", "Markdown on the corpora and their terms, which goes into the model card")
  .option("--name <name>", "the model's name (default: the last part of --out)")
  .option("--model-version <version>", "the model's version", "1.0.0")
  .option("--workers <n>", "training processes, one thread each", wholeNumber(1), availableParallelism())
  .option("--seed <n>", "instead of the preset's seed", wholeNumber(0))
  .option("--resume", "go on from the run's last finished epoch", false)
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
