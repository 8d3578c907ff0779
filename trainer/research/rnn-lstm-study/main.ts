import { Command } from "commander";
import { needTensorFlow, runCommand, wholeNumber, withCorpusOptions } from "../../src/cli/command-line.ts";
import type { CorpusOptions } from "../../src/data/corpus.ts";
import { longReviews } from "./data.ts";
import { writeStudy } from "./report.ts";

/** Steps: 200 back from the last word, and some. */
const TOKENS = 250;

interface Flags extends CorpusOptions {
  corpus: string;
  vectors?: string;
  limit: number;
  units: number;
  epochs: number;
  seeds: number;
  out: string;
}

const flags = withCorpusOptions(new Command("npm run rnn-lstm-study -w trainer --"))
  .description(
    "Compares a plain RNN, an LSTM and a BiLSTM: accuracy, and the gradient that reaches far words.",
  )
  .requiredOption(
    "--corpus <file>",
    "rated reviews: CSV or JSON Lines, plain or gzip; many of 250 tokens or more",
  )
  .option("--vectors <file>", "GloVe text file (default: GloVe 6B 100d, as setup:trainer packed it)")
  .option("--limit <n>", "training reviews at most", wholeNumber(1), 4000)
  .option("--units <n>", "in each direction", wholeNumber(1), 32)
  .option("--epochs <n>", "over the training reviews", wholeNumber(1), 6)
  .option("--seeds <n>", "how many seeds, from 0", wholeNumber(1), 2)
  .option("--out <dir>", "where README.md and report/ go", `${import.meta.dirname}/results`)
  .parse()
  .opts<Flags>();

await runCommand("rnn-lstm-study", async () => {
  needTensorFlow();
  // The recurrence is many small operations: a second thread in each only costs. Read when TensorFlow is loaded.
  Object.assign(process.env, { TF_NUM_INTRAOP_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "3" });
  const { study } = await import("./study.ts");
  const { limit, units, epochs, out } = flags;
  const data = await longReviews(flags, { tokens: TOKENS, limit });
  const seeds = Array.from({ length: flags.seeds }, (_, seed) => seed);
  const found = study(data, { units, epochs, seeds }, console.log);
  const counts = { trained: data.train.ids.length, validated: data.validation.ids.length };
  const settings = `--limit ${limit} --units ${units} --epochs ${epochs} --seeds ${flags.seeds}`;
  const command = `npm run rnn-lstm-study -w trainer -- ${settings} --corpus FILE`;
  await writeStudy(out, found, { command, units, epochs, seeds, tokens: TOKENS, ...counts });
  console.log(`the report is in ${out}`);
});
