import path from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { RATING_SCALES } from "../data/ratings.ts";
import { nativeTensorFlow } from "../model/native.ts";

const number = (value: string): number => {
  const parsed = Number(value);
  if (value.trim() === "" || !Number.isFinite(parsed)) throw new InvalidArgumentError("expected a number");
  return parsed;
};

/** Adds the options for reading a corpus of rated reviews (see `CorpusOptions`). */
export const withCorpusOptions = (command: Command): Command =>
  command
    .option("--rating-column <name>", "The column of the rating.", "rating")
    .addOption(
      new Option(
        "--rating-scale <scale>",
        "The scale of the ratings. Default: detected in each file and printed.",
      ).choices(RATING_SCALES),
    )
    .option("--positive-above <stars>", "Ratings above this many of five stars are positive.", number, 3)
    .option("--text-column <name>", "The column of the text.", "review_text")
    .option(
      "--two-class <domain...>",
      [
        "Domains (file names without extensions) whose lowest and highest ratings only mean",
        "negative and positive.",
      ].join(" "),
    )
    .addOption(
      new Option(
        "--format <format>",
        "The format of the files. Default: detected from their content.",
      ).choices(["csv", "jsonl", "json"]),
    )
    .option("--delimiter <character>", "Separates the cells of CSV. Default: detected.")
    .option("--encoding <name>", "The encoding of the files. Default: detected.")
    .addOption(
      new Option(
        "--encoding-errors <what>",
        "On bytes that the encoding does not allow: stop, or leave out the row.",
      )
        .choices(["stop", "row"])
        .default("stop"),
    );

/** The folder of the model that the project publishes. */
export const publishedModel = path.resolve(import.meta.dirname, "../../../models/reviews-bilstm");

/** A whole number of at least `minimum`, as an option's value. */
export const wholeNumber =
  (minimum: 0 | 1) =>
  (value: string): number => {
    if (/^\d+$/.test(value) && Number(value) >= minimum) return Number(value);
    throw new InvalidArgumentError(`expected a whole number, ${minimum} or more`);
  };

/**
 * Changes to the folder in which the user called npm, so that relative paths mean what the user
 * expects. npm runs a workspace's script in the workspace's folder.
 */
export function enterUserFolder(): void {
  if (process.env.INIT_CWD !== undefined) process.chdir(process.env.INIT_CWD);
}

/**
 * Runs a command's action. An error is one line on stderr, and exit code 1.
 * @param name the npm script
 */
export async function runCommand(name: string, action: () => Promise<void>): Promise<void> {
  process.on("SIGINT", () => process.exit(130));
  enterUserFolder();
  try {
    await action();
  } catch (error) {
    console.error(`${name}: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  }
}

/** @throws Error that says what to do if TensorFlow's library is not set up */
export function needTensorFlow(): void {
  if (!nativeTensorFlow())
    throw new Error("TensorFlow's native library is not installed. Run npm run setup:trainer first");
}
