import { availableParallelism } from "node:os";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { needTensorFlow, runCommand, wholeNumber, withCorpusOptions } from "../../src/cli/command-line.ts";
import { type ExperimentOptions, experiment } from "./experiment.ts";
import { type Plan, readPlan } from "./plan.ts";
import type { Overrides } from "./recipe.ts";

const wholeNumbers = (value: string): number[] =>
  value.split(",").map((part) => {
    if (!/^\d+$/.test(part)) throw new InvalidArgumentError("expected whole numbers, separated by commas");
    return Number(part);
  });

function setting(value: string, before: Overrides): Overrides {
  const [path, ...rest] = value.split("=");
  const given = rest.join("=");
  if (!path || given === "") throw new InvalidArgumentError("expected path=value");
  try {
    return { ...before, [path]: JSON.parse(given) };
  } catch {
    return { ...before, [path]: given };
  }
}

interface Flags extends ExperimentOptions {
  plan?: string | true;
  preset?: string;
  set: Overrides;
  folds?: number[];
  seeds?: number[];
  limit?: number;
}

const flags = withCorpusOptions(new Command("npm run experiment -w trainer --"))
  .description(
    "Trains recipes on validation folds and seeds, and records the results. It reads no test corpus.",
  )
  .option("--plan [file]", "Run the recipes of a plan. Default: the ablation in plan.json.")
  .option("--preset <name>", "Run one preset of trainer/presets instead of a plan.")
  .option(
    "--set <path=value>",
    "Change a field of the preset, for example network.units=64. May be repeated.",
    setting,
    {},
  )
  .requiredOption("--corpus <file>", "Rated reviews in CSV or JSON Lines, plain or gzip.")
  .option("--unlabelled <file>", "Unrated reviews, for recipes that learn from a teacher.")
  .option(
    "--teacher <dir>",
    "The teacher's folder: vectors.txt and labels.jsonl of fold 0. See trainer/research/teachers.",
  )
  .option("--vectors <file>", "Word vectors as text. Default: GloVe 6B 100d.")
  .option("--folds <list>", "Validation folds, separated by commas. Default: the plan's, or 0.", wholeNumbers)
  .option("--seeds <list>", "Training seeds, separated by commas. Default: the plan's, or 0.", wholeNumbers)
  .option("--limit <n>", "The most training reviews, and the most unrated reviews.", wholeNumber(1))
  .option(
    "--workers <n>",
    "The number of training processes, each with one thread.",
    wholeNumber(1),
    availableParallelism(),
  )
  .option("--out <dir>", "The folder of results.jsonl and README.md.", import.meta.dirname)
  .option("--checkpoints <dir>", "The folder of unfinished runs.", "runs/experiments")
  .parse()
  .opts<Flags>();

await runCommand("experiment", async () => {
  needTensorFlow();
  const failed = await experiment(await planOf(flags), flags, console.log);
  if (failed > 0) throw new Error(`${failed} runs failed`);
});

async function planOf({ plan, preset, set, folds, seeds, limit }: Flags): Promise<Plan> {
  const changes = { ...(folds && { folds }), ...(seeds && { seeds }), ...(limit && { limit }) };
  if (plan) {
    if (preset || Object.keys(set).length > 0)
      throw new Error("--plan cannot be used with --preset or --set");
    return {
      ...(await readPlan(plan === true ? path.join(import.meta.dirname, "plan.json") : plan)),
      ...changes,
    };
  }
  if (!preset) throw new Error("expected --plan or --preset");
  const name = Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
  const variants = [{ name: name.join(" ") || preset, set }];
  return { name: "single", preset, set: {}, folds: [0], seeds: [0], variants, ...changes };
}
