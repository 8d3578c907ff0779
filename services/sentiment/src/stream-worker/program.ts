import { readConfig } from "@undertone/base/config";
import { type Command, InvalidArgumentError } from "commander";
import type { CollectOptions } from "./collect/collect.ts";
import { type StreamConfig, StreamConfigSchema } from "./config.ts";
import type { PublishOptions } from "./publish/publish.ts";

/** Runs a command with the configuration; a fault is printed and ends the process with 1. */
type Run = (command: () => Promise<void>) => Promise<void>;

/** `worker` and its commands; each loads what it needs when it is called. */
export function addWorkerCommands(program: Command, run: Run): void {
  const config = (): StreamConfig => readConfig(StreamConfigSchema, process.env);
  const worker = program
    .command("worker")
    .description("score the reviews of a NATS JetStream stream; see services/sentiment/README.md");
  worker
    .command("run", { isDefault: true })
    .description("score until a signal (the default)")
    .action(() => run(async () => (await import("./run.ts")).runWorker(config())));
  worker
    .command("setup")
    .description("create the streams and the model's consumer; refuses if what is there contradicts")
    .option("--from <time>", "read only reviews that came since this time (ISO 8601)", toDate)
    .action((options: { from?: Date }) =>
      run(async () => (await import("./commands.ts")).setUpStreams(config(), options)),
    );
  worker
    .command("status")
    .description("how far the model has come, its rate and the time left")
    .option("--seconds <n>", "how long to look for the rate", toNumber, 2)
    .action((options: { seconds: number }) =>
      run(async () => (await import("./commands.ts")).printStatus(config(), options)),
    );
  worker
    .command("parked")
    .description("list the reviews of which workers died, one JSON line each")
    .action(() => run(async () => (await import("./commands.ts")).printParked(config())));
  worker
    .command("release")
    .description("put parked reviews into the stream again")
    .argument("[sequence...]", "which of them; their places in the stream")
    .option("--all", "all of them")
    .action((places: string[], options: { all?: true }, command: Command) => {
      if (places.length > 0 === (options.all === true))
        command.error("expected places in the stream, or --all");
      const sequences = options.all ? undefined : places.map(toNumber);
      return run(async () => (await import("./commands.ts")).releaseParked(config(), sequences));
    });
}

/** `publish` and `collect`: a table into the stream, the scores of it into a table. */
export function addTableCommands(program: Command, run: Run): void {
  const config = (): StreamConfig => readConfig(StreamConfigSchema, process.env);
  program
    .command("publish")
    .description("put the reviews of a table into the stream")
    .argument("<file>", "CSV, TSV, JSON Lines or a JSON array, plain or packed")
    .option("--text-column <name>", "the text's column (text or review_text unless given)")
    .option(
      "--id-column <name>",
      "the id's column (id or review_id if there is one; else the row's number and its text's digest)",
    )
    .option("--source <word>", "the last word of the subject: reviews.SOURCE", "file")
    .option("--resume", "go on where a stopped run has left FILE.published")
    .addHelpText("after", "\nExit code: 0, 1 if the run could not go on, 2 if some rows are no reviews.")
    .action((file: string, options: PublishOptions) =>
      run(async () => {
        const { publishFile } = await import("./publish/publish.ts");
        process.exitCode = await publishFile(config(), file, options);
      }),
    );
  program
    .command("collect")
    .description("write the model's scores beside their review ids")
    .argument("<file>", "a name that ends in .csv, .tsv, .jsonl or .ndjson")
    .option("--follow", "go on until a signal; without it until every review of the stream is answered")
    .option("--resume", "go on where a former run has left FILE.collected")
    .action((file: string, options: CollectOptions) =>
      run(async () => (await import("./collect/collect.ts")).collectFile(config(), file, options)),
    );
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
