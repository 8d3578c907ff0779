import { availableParallelism } from "node:os";
import path from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { needTensorFlow, runCommand, wholeNumber, withCorpusOptions } from "../../src/cli/command-line.ts";
import { type ExperimentOptions, experiment } from "./experiment.ts";
import { type Plan, readPlan } from "./plan.ts";
import type { Overrides } from "./recipe.ts";

const wholeNumbers = (value: string): number[] =>
  value.split(",").map((part) => {
    if (!/^\d+$/.test(part)) throw new InvalidArgumentError("whole numbers with commas between are expected");
    return Number(part);
  });

function setting(value: string, before: Overrides): Overrides {
  const [path, ...rest] = value.split("=");
  const given = rest.join("=");
  if (!path || given === "") throw new InvalidArgumentError("path=value is expected");
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
    "Trains recipes on validation folds and seeds, and records what each gives; no test corpus is read.",
  )
  .option("--plan [file]", "run what a plan lists (default: the ablation, plan.json beside this program)")
  .option("--preset <name>", "or this preset of trainer/presets")
  .option("--set <path=value>", "with this field changed, as network.units=64; may be repeated", setting, {})
  .requiredOption("--corpus <file>", "rated reviews: CSV or JSON Lines, plain or gzip")
  .option("--unlabelled <file>", "reviews without a rating, for recipes that learn from a teacher")
  .option("--teacher <dir>", "what trainer/research/teachers made: vectors.txt, labels.jsonl (of fold 0)")
  .option("--vectors <file>", "GloVe text file (default: GloVe 6B 100d, as setup:trainer packed it)")
  .option("--folds <list>", "validation folds (default: the plan's, or 0)", wholeNumbers)
  .option("--seeds <list>", "training seeds (default: the plan's, or 0)", wholeNumbers)
  .option("--limit <n>", "training reviews at most, and as many unlabelled ones", wholeNumber(1))
  .option("--workers <n>", "training processes, one thread each", wholeNumber(1), availableParallelism())
  .option("--out <dir>", "where results.jsonl and README.md are", import.meta.dirname)
  .option("--checkpoints <dir>", "of runs that are not finished", "runs/experiments")
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
    if (preset || Object.keys(set).length > 0) throw new Error("--plan goes without --preset and --set");
    return {
      ...(await readPlan(plan === true ? path.join(import.meta.dirname, "plan.json") : plan)),
      ...changes,
    };
  }
  if (!preset) throw new Error("--plan or --preset is needed");
  const name = Object.entries(set).map(([path, value]) => `${path}=${JSON.stringify(value)}`);
  const variants = [{ name: name.join(" ") || preset, set }];
  return { name: "single", preset, set: {}, folds: [0], seeds: [0], variants, ...changes };
}
