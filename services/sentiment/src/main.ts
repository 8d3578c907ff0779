import { readConfig } from "@undertone/base/config";
import { Command, Option } from "commander";
import { type Config, ConfigSchema } from "./config.ts";
import type { FileOptions } from "./file/score-file.ts";
import { addTableCommands, addWorkerCommands } from "./stream-worker/program.ts";

// Each command loads what it needs, so that a file's first row need not wait for the HTTP libraries.
type ScoreOptions = FileOptions & { text?: string; column?: string };
const choice = (flags: string, what: string, values: string[]) => new Option(flags, what).choices(values);
const program = new Command("undertone")
  .description(
    "Scores the sentiment of reviews. Configured by environment: see services/sentiment/README.md.",
  )
  .showHelpAfterError();

program
  .command("serve", { isDefault: true })
  .description("answer over HTTP (the default)")
  .action(() => run(async (config) => (await import("./serve.ts")).serve(config)));

program
  .command("score")
  .description("score a file, or one text, without a server")
  .argument("[file]", "CSV, TSV, JSON Lines or a JSON array, plain, gzip or zstd; - is standard input")
  .option("--text <text>", "score this text and print its result")
  .option("--out <file>", "where the rows go, with columns added (.gz packs them); else standard output")
  .option("--errors <file>", "a CSV file of the rows that failed: row, line, code, detail")
  .option("--resume", "go on with --out where a stopped run has left it")
  .option("--text-column <column>", "the text's column by name or number (text or review_text, if not given)")
  .addOption(new Option("--column <column>", "an older name of --text-column").hideHelp())
  .option("--no-header", "the first row is a row: columns have numbers")
  .addOption(choice("--format <format>", "the format", ["csv", "tsv", "jsonl", "json"]))
  .option("--delimiter <delimiter>", "between cells: comma, semicolon, tab, pipe or one character")
  .addOption(choice("--line-ends <ends>", "what alone ends a row", ["lf", "crlf", "cr"]))
  .addOption(choice("--quote <quote>", "what encloses a cell", ["double", "single", "none"]))
  .option("--encoding <name>", "for example utf-8, utf-16le, windows-1252")
  .addOption(
    choice("--encoding-errors <what>", "stop, or fail the row of bytes not allowed", ["stop", "row"]),
  )
  .option("--output-encoding <name>", "the encoding of the result (that of the file, if not given)")
  .addOption(choice("--compression <packing>", "how the file is packed", ["none", "gzip", "zstd"]))
  .option("--result-prefix <prefix>", "what the names of the result columns begin with (sentiment_)")
  .addHelpText(
    "after",
    "\nWhat is not given is detected from the content, and said.\nExit code: 0, 1 when the run could not go on, 2 when some rows could not be scored.",
  )
  .action((file: string | undefined, { text, column, ...options }: ScoreOptions, command: Command) => {
    if ((file === undefined) === (text === undefined)) command.error("expected a file, -, or --text");
    return run(async (config) => {
      if (text === undefined) {
        const { scoreFile } = await import("./file/score-file.ts");
        const textColumn = options.textColumn ?? column;
        process.exitCode = await scoreFile(config, file!, { ...options, ...(textColumn && { textColumn }) });
      } else await (await import("./score-text.ts")).scoreText(config, text);
    });
  });

addWorkerCommands(program, orEnd);
addTableCommands(program, orEnd);

/** A fault ends the process with exit code 1 and one line a fault: its reader has no use for a stack. */
async function orEnd(command: () => Promise<void>): Promise<void> {
  try {
    await command();
  } catch (error) {
    console.error((error as Error).message.replace(/^/gm, "undertone: "));
    process.exit(1);
  }
}

function run(command: (config: Config) => Promise<void>): Promise<void> {
  return orEnd(() => command(readConfig(ConfigSchema, process.env)));
}

await program.parseAsync();
