import { availableParallelism } from "node:os";
import path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import type { CorpusOptions } from "../data/corpus.ts";
import { nativeTensorFlow } from "../model/native.ts";
import { presetNames } from "../preset.ts";
import { train } from "../train.ts";
import { withCorpusOptions } from "./corpus-options.ts";
import { Progress } from "./progress.ts";

const integer = (value: string): number => {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0)
    throw new InvalidArgumentError("a whole number, 0 or more, is expected");
  return number;
};

interface Flags extends CorpusOptions {
  preset: string;
  corpus: string[];
  test?: string | false;
  vectors?: string;
  unlabelled?: string;
  teacher?: string;
  out?: string;
  run?: string;
  startFrom?: string;
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
  .option("--test <file>", "test corpus (default: half of the corpus)")
  .option("--vectors <file>", "GloVe text file (default: GloVe 6B 100d, as setup:trainer packed it)")
  .option(
    "--no-test",
    "hold no test reviews: validation is reported, and decides whether the target is reached",
  )
  .option("--unlabelled <file>", "reviews without a rating, for presets that learn from a teacher")
  .option("--teacher <dir>", "what trainer/research/teachers made: vectors.txt, labels.jsonl")
  .option("--start-from <run>", "start from the best epoch of another run of the same shape and words")
  .option("--out <dir>", "where the model goes (default: runs/<preset>/model)")
  .option("--run <dir>", "checkpoints and TensorBoard summaries (default: runs/<preset>)")
  .option("--name <name>", "the model's name (default: the last part of --out)")
  .option("--model-version <version>", "the model's version", "1.0.0")
  .option("--workers <n>", "training processes, one thread each", integer, availableParallelism())
  .option("--seed <n>", "instead of the preset's seed", integer)
  .option("--resume", "go on from the run's last finished epoch", false)
  .parse();

const flags = program.opts<Flags>();
const run = flags.run ?? path.join("runs", flags.preset);
const out = flags.out ?? path.join(run, "model");
process.on("SIGINT", () => process.exit(130));
try {
  if (!nativeTensorFlow()) throw new Error("TensorFlow's native library is not there: npm run setup:trainer");
  const name = flags.name ?? path.basename(path.resolve(out));
  const manifest = await train(
    { ...flags, workers: Math.max(1, flags.workers), run, out, name },
    new Progress(),
  );
  console.log(`${manifest.name} ${manifest.version} is in ${out}`);
} catch (error) {
  console.error(`train: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
