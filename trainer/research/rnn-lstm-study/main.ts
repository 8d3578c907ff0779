import { Command, InvalidArgumentError } from "commander";
import { withCorpusOptions } from "../../src/cli/corpus-options.ts";
import type { CorpusOptions } from "../../src/data/corpus.ts";
import { nativeTensorFlow } from "../../src/model/native.ts";
import { longReviews } from "./data.ts";
import { writeClaims } from "./report.ts";

/** Steps: 200 back from the last word, and some. */
const TOKENS = 250;

const positive = (value: string): number => {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError("a whole number, 1 or more, is expected");
  return Number(value);
};

interface Flags extends CorpusOptions {
  corpus: string;
  vectors?: string;
  limit: number;
  units: number;
  epochs: number;
  seeds: number;
  out: string;
}

const flags = withCorpusOptions(new Command("npm run rnn-lstm-study --"))
  .description(
    "Compares a plain RNN, an LSTM and a BiLSTM: accuracy, and the gradient that reaches far words.",
  )
  .requiredOption(
    "--corpus <file>",
    "rated reviews: CSV or JSON Lines, plain or gzip; many of 250 tokens or more",
  )
  .option("--vectors <file>", "GloVe text file (default: GloVe 6B 100d, as setup:trainer packed it)")
  .option("--limit <n>", "training reviews at most", positive, 4000)
  .option("--units <n>", "in each direction", positive, 32)
  .option("--epochs <n>", "over the training reviews", positive, 6)
  .option("--seeds <n>", "how many seeds, from 0", positive, 2)
  .option("--out <dir>", "where README.md and report/ go", "trainer/research/rnn-lstm-study/results")
  .parse()
  .opts<Flags>();

process.on("SIGINT", () => process.exit(130));
try {
  if (!nativeTensorFlow()) throw new Error("TensorFlow's native library is not there: npm run setup:trainer");
  // The recurrence is many small operations: a second thread in each only costs. Read when TensorFlow is loaded.
  Object.assign(process.env, { TF_NUM_INTRAOP_THREADS: "1", TF_CPP_MIN_LOG_LEVEL: "3" });
  const { study } = await import("./study.ts");
  const { limit, units, epochs, out } = flags;
  const data = await longReviews(flags, { tokens: TOKENS, limit });
  const seeds = Array.from({ length: flags.seeds }, (_, seed) => seed);
  const found = study(data, { units, epochs, seeds }, console.log);
  const counts = { trained: data.train.ids.length, validated: data.validation.ids.length };
  const command = `npm run rnn-lstm-study -- --limit ${limit} --units ${units} --epochs ${epochs} --seeds ${flags.seeds} --corpus FILE`;
  await writeClaims(out, found, { command, units, epochs, seeds, tokens: TOKENS, ...counts });
  console.log(`the report is in ${out}`);
} catch (error) {
  console.error(`claims: ${(error as Error).message}`);
  process.exitCode = 1;
}
