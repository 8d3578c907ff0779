import { readConfig } from "@undertone/base/config";
import { Command, Option } from "commander";
import { type Config, ConfigSchema } from "./config.ts";
import type { FileOptions } from "./file/score-file.ts";
import { addTableCommands, addWorkerCommands } from "./stream-worker/program.ts";

// Each command loads only what it needs, so that the file command does not wait for the HTTP
// libraries.
type ScoreOptions = FileOptions & { text?: string; column?: string };
const choice = (flags: string, what: string, values: string[]) => new Option(flags, what).choices(values);
const program = new Command("undertone")
  .description(
    "Scores the sentiment of reviews. Environment variables configure it: see services/sentiment/README.md.",
  )
  .showHelpAfterError();

program
  .command("serve", { isDefault: true })
  .description("Answer over HTTP (the default command).")
  .addHelpText("after", "\nOther commands: score, worker, publish, collect. Each takes --help.")
  .action(() => run(async (config) => (await import("./serve.ts")).serve(config)));

program
  .command("score")
  .description("Score a file, or one text, without a server.")
  .argument("[file]", "CSV, TSV, JSON Lines or a JSON array; plain, gzip or zstd. - is standard input.")
  .option("--text <text>", "Score this text and print its result.")
  .option("--out <file>", "Write the rows with their scores to this file. Default: standard output.")
  .option("--errors <file>", "Write the failed rows to this CSV file: row, line, code, detail.")
  .option("--resume", "Continue a stopped run that wrote to --out.")
  .option("--text-column <column>", "The text's column by name or number. Default: text or review_text.")
  .addOption(new Option("--column <column>", "An older name of --text-column.").hideHelp())
  .option("--no-header", "The first row is data. Columns are chosen by number.")
  .addOption(choice("--format <format>", "The format of the file.", ["csv", "tsv", "jsonl", "json"]))
  .option("--delimiter <delimiter>", "Separates cells: comma, semicolon, tab, pipe or one character.")
  .addOption(choice("--line-ends <ends>", "The only line end that ends a row.", ["lf", "crlf", "cr"]))
  .addOption(choice("--quote <quote>", "The character that encloses a cell.", ["double", "single", "none"]))
  .option("--encoding <name>", "The encoding of the file, for example utf-8, utf-16le, windows-1252.")
  .addOption(
    choice(
      "--encoding-errors <what>",
      "On bytes that the encoding does not allow: end the run, or fail the row.",
      ["stop", "row"],
    ),
  )
  .option("--output-encoding <name>", "The encoding of the result. Default: the file's encoding.")
  .addOption(choice("--compression <name>", "The compression of the file.", ["none", "gzip", "zstd"]))
  .option("--result-prefix <prefix>", "The start of every result column's name. Default: sentiment_")
  .addHelpText(
    "after",
    [
      "",
      "The format of the file is detected from its content and printed. The options overrule it.",
      "If the name in --out ends in .gz, the result is compressed.",
      "Exit code: 0 if all went well, 1 if the run could not go on, 2 if some rows could not be scored.",
    ].join("\n"),
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

/**
 * An error ends the process with exit code 1 and one line per fault. A stack trace would not help
 * the user.
 */
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
