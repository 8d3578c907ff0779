import { type Command, InvalidArgumentError } from "commander";

const number = (value: string): number => {
  const parsed = Number(value);
  if (value.trim() === "" || !Number.isFinite(parsed)) throw new InvalidArgumentError("a number is expected");
  return parsed;
};

/** Adds the options that say how a corpus of rated reviews is read (see `CorpusOptions`). */
export const withCorpusOptions = (command: Command): Command =>
  command
    .option("--rating-column <name>", "column of the rating", "rating")
    .option("--positive-above <rating>", "a rating above this is positive", number, 3)
    .option("--text-column <name>", "column of the text", "review_text")
    .option(
      "--two-class <domain...>",
      "domains (file names without extensions) whose lowest and highest ratings only mean negative and positive",
    );
