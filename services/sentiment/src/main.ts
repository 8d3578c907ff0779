import { readConfig } from "@undertone/base";
import { Command, Option } from "commander";
import { type Config, ConfigSchema } from "./config.ts";
import type { FileOptions } from "./file/score-file.ts";
import { addTableCommands, addWorkerCommands } from "./stream-worker/program.ts";

// Each command loads what it needs, so that a file's first row need not wait for the HTTP libraries.
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
  .argument("[file]", "CSV or JSON Lines, plain or gzip; - is standard input")
  .option("--text <text>", "score this text and print its result")
  .option("--out <file>", "where the rows go, with columns added (.gz packs them); else standard output")
  .option("--errors <file>", "a CSV file of the rows that failed: row, line, code, detail")
  .option("--resume", "go on with --out where a stopped run has left it")
  .option("--column <name>", "the text's column or member (text or review_text, where not given)")
  .addOption(new Option("--format <format>", "where the file's name does not tell").choices(["csv", "jsonl"]))
  .addHelpText(
    "after",
    "\nExit code: 0, 1 when the run could not go on, 2 when some rows could not be scored.",
  )
  .action(
    (file: string | undefined, { text, ...options }: FileOptions & { text?: string }, command: Command) => {
      if ((file === undefined) === (text === undefined)) command.error("expected a file, -, or --text");
      return run(async (config) => {
        if (text === undefined) {
          const { scoreFile } = await import("./file/score-file.ts");
          process.exitCode = await scoreFile(config, file!, options);
        } else await (await import("./score-text.ts")).scoreText(config, text);
      });
    },
  );

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
