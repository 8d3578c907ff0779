import { readConfig } from "@undertone/base";
import { Command } from "commander";
import { type Config, ConfigSchema } from "./config.ts";
import { scoreText } from "./score-text.ts";
import { serve } from "./serve.ts";

const program = new Command("undertone")
  .description(
    "Scores the sentiment of reviews. Configured by environment: see services/sentiment/README.md.",
  )
  .showHelpAfterError();

program
  .command("serve", { isDefault: true })
  .description("answer over HTTP (the default)")
  .action(() => run(serve));

program
  .command("score")
  .description("print the result for one text, without a server")
  .requiredOption("--text <text>", "the text to score")
  .action(({ text }: { text: string }) => run((config) => scoreText(config, text)));

/** A fault ends the process with exit code 1 and one line a fault: its reader has no use for a stack. */
async function run(command: (config: Config) => Promise<void>): Promise<void> {
  try {
    await command(readConfig(ConfigSchema, process.env));
  } catch (error) {
    console.error((error as Error).message.replace(/^/gm, "undertone: "));
    process.exit(1);
  }
}

await program.parseAsync();
