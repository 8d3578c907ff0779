import { Command } from "commander";
import { needTensorFlow, runCommand, wholeNumber, withCorpusOptions } from "../../src/cli/command-line.ts";
import type { CorpusOptions } from "../../src/data/corpus.ts";
import { longReviews } from "./data.ts";
import { writeStudy } from "./report.ts";

/** The length of each review: the gradient is measured up to 200 words before the last one. */
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
    "Compares a plain RNN, an LSTM and a BiLSTM: their accuracy, and the gradient that reaches early words.",
  )
  .requiredOption(
    "--corpus <file>",
    "Rated reviews in CSV or JSON Lines, plain or gzip. Only reviews of at least 250 tokens are used.",
  )
  .option("--vectors <file>", "Word vectors as text. Default: GloVe 6B 100d.")
  .option("--limit <n>", "The most training reviews.", wholeNumber(1), 4000)
  .option("--units <n>", "The units of each direction.", wholeNumber(1), 32)
  .option("--epochs <n>", "The number of epochs.", wholeNumber(1), 6)
  .option("--seeds <n>", "The number of seeds, from 0.", wholeNumber(1), 2)
  .option("--out <dir>", "The folder for README.md and report/.", `${import.meta.dirname}/results`)
  .parse()
  .opts<Flags>();

await runCommand("rnn-lstm-study", async () => {
  needTensorFlow();
  // The recurrence has many small operations, which a second thread makes slower. TensorFlow reads
  // the variable when it is loaded.
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
