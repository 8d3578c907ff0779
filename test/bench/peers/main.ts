/**
 * Accuracy and speed of what one could use instead, in one run on one core: `npm run bench:peers -- --help`. Speeds are
 * medians of alternating rounds over the same test reviews.
 */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import os from "node:os";
import { parseArgs } from "node:util";
import { readCorpus } from "../../../trainer/src/corpus.ts";
import { sample } from "../../../trainer/src/examine/disturb.ts";
import { areaUnderCurve } from "../../../trainer/src/metrics.ts";
import { frontier } from "./frontier.ts";
import { lexicons } from "./lexicons.ts";
import { nbsvm } from "./nbsvm.ts";
import { ours } from "./ours.ts";
import { accuracyAt, bestThreshold, type LabelledTexts } from "./peer.ts";

const ROUNDS = 3;
const TIMED = 1000;
const TUNED = 5000;
const DATA = "../shared/data";
const HELP = `npm run bench:peers -- [options]

  --model DIR     our model; default models/imdb-bilstm
  --train FILE    thresholds are tuned on ${TUNED} of its reviews; default ${DATA}/imdb-train.csv.gz
  --test FILE     default ${DATA}/imdb-test.csv.gz
  --critics FILE  default ${DATA}/film-critics.csv.gz (its column liked is the truth)
  --nbsvm FILE    nbsvm.py; without it NB-SVM is left out
  --python FILE   a Python with scikit-learn; default python3
  --plot FILE     draws accuracy over reviews/s as SVG
  --json          print JSON
`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const { values } = parseArgs({
  options: {
    model: text,
    train: text,
    test: text,
    critics: text,
    nbsvm: text,
    python: text,
    plot: text,
    json: flag,
    help: flag,
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const {
  train = `${DATA}/imdb-train.csv.gz`,
  test = `${DATA}/imdb-test.csv.gz`,
  critics = `${DATA}/film-critics.csv.gz`,
} = values;

const rated = { ratingColumn: "rating", positiveAbove: 3, textColumn: "review_text" };
const read = async (file: string, options: typeof rated): Promise<LabelledTexts> => {
  const { rows } = await readCorpus(file, options);
  return { texts: rows.map((row) => row.text), labels: rows.map(({ label }) => label) };
};
const tuning = sample((await readCorpus(train, rated)).rows, TUNED);
const sets = [
  await read(test, rated),
  await read(critics, { ...rated, ratingColumn: "liked", positiveAbove: 0.5 }),
];
const timed = sets[0]!.texts.slice(0, TIMED);

const peers = [...lexicons, ...(await ours(values.model ?? "models/imdb-bilstm", "ours"))];
const rates = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, score } of peers) {
    const start = performance.now();
    await score(timed);
    rates.get(name)!.push(timed.length / ((performance.now() - start) / 1000));
  }
}
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

const rows = [];
for (const { name, score } of peers) {
  const found = await score(tuning.map((row) => row.text));
  const threshold = name.startsWith("ours")
    ? 0.5
    : bestThreshold(
        found,
        tuning.map(({ label }) => label),
      );
  const [imdb, film] = await Promise.all(sets.map(async ({ texts }) => score(texts)));
  rows.push({
    name,
    test: accuracyAt(threshold, imdb!, sets[0]!.labels),
    critics: accuracyAt(threshold, film!, sets[1]!.labels),
    criticsAuc: areaUnderCurve(film!, sets[1]!.labels),
    rate: median(rates.get(name)!),
  });
}
if (values.nbsvm) {
  const given = { python: values.python ?? "python3", program: values.nbsvm, train };
  const [imdb, film] = await nbsvm(given, [test, critics]);
  rows.push({
    name: "NB-SVM, 1-3-grams",
    test: imdb!.accuracy,
    critics: film!.accuracy,
    criticsAuc: null,
    rate: imdb!.rate,
  });
}
rows.sort((a, b) => b.test - a.test);

if (values.plot) await writeFile(values.plot, `${await frontier(rows)}\n`);
const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
const machine = `${os.cpus()[0]?.model.trim()}, Node ${process.version}, commit ${commit}, one core`;
if (values.json) console.log(JSON.stringify({ machine, rows }, null, 2));
else {
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  console.log(`${machine}; speeds are medians of ${ROUNDS} rounds over ${TIMED} test reviews\n`);
  console.log("| | IMDB test | film critics | AUC there | reviews/s |\n| --- | --- | --- | --- | --- |");
  for (const { name, test, critics, criticsAuc, rate } of rows)
    console.log(
      `| ${name} | ${percent(test)} | ${percent(critics)} | ${criticsAuc?.toFixed(3) ?? ""} | ${rate.toFixed(0)} |`,
    );
}
