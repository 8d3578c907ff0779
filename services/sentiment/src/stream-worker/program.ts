import { readConfig } from "@undertone/base/config";
import type { ModelName } from "@undertone/streams";
import { type Command, InvalidArgumentError, Option } from "commander";
import type { CollectOptions } from "./collect/collect.ts";
import type { ChosenModel } from "./commands.ts";
import { type StreamConfig, StreamConfigSchema } from "./config.ts";
import type { PublishOptions } from "./publish/publish.ts";

/** Runs a command. If it fails, the error is printed, and the process ends with exit code 1. */
type Run = (command: () => Promise<void>) => Promise<void>;

/** Adds `worker` and its commands. Each loads its modules when it is called. */
export function addWorkerCommands(program: Command, run: Run): void {
  const config = (): StreamConfig => readConfig(StreamConfigSchema, process.env);
  const worker = program
    .command("worker")
    .description("Score the reviews of a NATS JetStream stream. See services/sentiment/README.md.");
  worker
    .command("run", { isDefault: true })
    .description("Score reviews until a signal (the default command).")
    .action(() => run(async () => (await import("./run.ts")).runWorker(config())));
  worker
    .command("setup")
    .description("Create the streams and the model's consumer. Refuses if existing ones have other settings.")
    .option("--from <time>", "Read only the reviews that arrived since this time (ISO 8601).", toDate)
    .action((options: { from?: Date }) =>
      run(async () => (await import("./commands.ts")).setUpStreams(config(), options)),
    );
  worker
    .command("status")
    .description("Show how many reviews the model has answered, its rate and the time left.")
    .addOption(modelOption())
    .option("--seconds <n>", "Measure the rate for this long.", toNumber, 2)
    .action((options: ChosenModel & { seconds: number }) =>
      run(async () => (await import("./commands.ts")).printStatus(config(), options)),
    );
  worker
    .command("parked")
    .description("List the reviews on which workers died, one JSON object per line.")
    .addOption(modelOption())
    .action((options: ChosenModel) =>
      run(async () => (await import("./commands.ts")).printParked(config(), options)),
    );
  worker
    .command("release")
    .description("Put parked reviews into the stream again.")
    .argument("[sequence...]", "The sequence numbers that `parked` lists.")
    .option("--all", "Release all parked reviews.")
    .addOption(modelOption())
    .action((places: string[], { all, ...options }: ChosenModel & { all?: true }, command: Command) => {
      if (places.length > 0 === (all === true)) command.error("expected sequence numbers, or --all");
      const sequences = all ? {} : { sequences: places.map(toNumber) };
      return run(async () =>
        (await import("./commands.ts")).releaseParked(config(), { ...options, ...sequences }),
      );
    });
}

/**
 * Adds `publish`, which puts a table into the stream, and `collect`, which writes the scores to a
 * table.
 */
export function addTableCommands(program: Command, run: Run): void {
  const config = (): StreamConfig => readConfig(StreamConfigSchema, process.env);
  program
    .command("publish")
    .description("Put the reviews of a table into the stream.")
    .argument("<file>", "CSV, TSV, JSON Lines or a JSON array; plain, gzip or zstd.")
    .option("--text-column <name>", "The text's column. Default: text or review_text.")
    .option(
      "--id-column <name>",
      [
        "The id's column. Default: id or review_id. A row without an id gets its number and a hash",
        "of its text.",
      ].join(" "),
    )
    .option("--source <word>", "The last word of the subject reviews.SOURCE.", "file")
    .option("--resume", "Continue a stopped run from FILE.published.")
    .addHelpText(
      "after",
      "\nExit code: 0 if all went well, 1 if the run could not go on, 2 if some rows are not reviews.",
    )
    .action((file: string, options: PublishOptions) =>
      run(async () => {
        const { publishFile } = await import("./publish/publish.ts");
        process.exitCode = await publishFile(config(), file, options);
      }),
    );
  program
    .command("collect")
    .description("Write a model's scores to a file, beside their review ids.")
    .argument("<file>", "A name that ends in .csv, .tsv, .jsonl or .ndjson.")
    .addOption(modelOption())
    .option(
      "--follow",
      "Continue until a signal. By default, end when every review in the stream is answered.",
    )
    .option("--resume", "Continue a stopped run from FILE.collected.")
    .action((file: string, options: CollectOptions) =>
      run(async () => (await import("./collect/collect.ts")).collectFile(config(), file, options)),
    );
}

function modelOption(): Option {
  const description =
    "The model. Default: the model in MODEL_DIR, or else the only model that reads the stream.";
  return new Option("--model <name@version>", description).argParser(parseModel);
}

/** Parses `--model NAME@VERSION`. */
function parseModel(value: string): ModelName {
  const [, name, version] = /^([^@\s]+)@([^@\s]+)$/.exec(value) ?? [];
  if (name === undefined || version === undefined)
    throw new InvalidArgumentError("expected NAME@VERSION, for example reviews-bilstm@1.0.0");
  return { name, version };
}

function toDate(value: string): Date {
  const date = new Date(value);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError("expected a time as ISO 8601");
  return date;
}

function toNumber(value: string): number {
  if (!/^\d+(\.\d+)?$/.test(value)) throw new InvalidArgumentError("expected a number");
  return Number(value);
}
