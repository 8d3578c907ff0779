/**
 * Accuracy and speed of the model and of its peers, in one run on one core:
 * `npm run bench:peers -- --help`. Speeds are medians of alternating rounds over the same test
 * reviews.
 */
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import os from "node:os";
import { parseArgs } from "node:util";
import { readCorpus } from "../../../trainer/src/data/corpus.ts";
import { areaUnderCurve } from "../../../trainer/src/evaluation/metrics.ts";
import { sample } from "../../../trainer/src/evaluation/perturbations.ts";
import { scatter } from "../../../trainer/src/report/charts.ts";
import { lexicons } from "./lexicons.ts";
import { nbsvm, nbsvmAccuracy } from "./nbsvm.ts";
import { ours } from "./ours.ts";
import { accuracyAt, bestThreshold, type LabelledTexts, type Peer } from "./peer.ts";
import { shortTexts } from "./windows.ts";

/** Accuracy on the IMDB test split over throughput in reviews/s (log scale), as SVG. */
const frontier = (rows: { name: string; test: number; rate: number }[]): Promise<string> =>
  scatter(
    "IMDB test accuracy over speed, one core",
    rows.map(({ name, test, rate }) => ({ name, accuracy: test, rate })),
  );

const ROUNDS = 3;
const TIMED = 1000;
const TUNED = 5000;
const DATA = "../shared/data";
const HELP = `npm run bench:peers -- [options]

  --model DIR     our model; default models/reviews-bilstm
  --train FILE    thresholds are tuned on ${TUNED} of its reviews; default ${DATA}/imdb-train.csv.gz
  --test FILE     default ${DATA}/imdb-test.csv.gz
  --critics FILE  default ${DATA}/film-critics.csv.gz (its column liked has the labels)
  --confirm FILE  documents.jsonl of trainer/research/teachers: adds windows of 1 to 3 sentences, cut from
                  validation reviews whose label it confirms. The lexicons' thresholds for them are tuned
                  on windows of training reviews
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
    confirm: text,
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
const { rows: learning } = await readCorpus(train, rated);
const tuned = sample(learning, TUNED);
const tuning = { texts: tuned.map((row) => row.text), labels: tuned.map(({ label }) => label) };
const short = values.confirm ? await shortTexts(learning, values.confirm) : undefined;
const sets = [await read(test, rated), await read(critics, { ...rated, ratingColumn: "liked" })];
const timed = sets[0]!.texts.slice(0, TIMED);

const peers = [...lexicons, ...(await ours(values.model ?? "models/reviews-bilstm", "ours"))];
const rates = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
for (let round = 0; round < ROUNDS; round++) {
  for (const { name, score } of peers) {
    const start = performance.now();
    await score(timed);
    rates.get(name)!.push(timed.length / ((performance.now() - start) / 1000));
  }
}
const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** The threshold of a peer. That of the published model is 0.5. */
const thresholdOf = async (peer: Peer, { texts, labels }: LabelledTexts): Promise<number> =>
  peer.name.startsWith("ours") ? 0.5 : bestThreshold(await peer.score(texts), labels);

const rows = [];
for (const peer of peers) {
  const threshold = await thresholdOf(peer, tuning);
  const [imdb, film] = await Promise.all(sets.map(async ({ texts }) => peer.score(texts)));
  rows.push({
    name: peer.name,
    test: accuracyAt(threshold, imdb!, sets[0]!.labels),
    critics: accuracyAt(threshold, film!, sets[1]!.labels),
    criticsAuc: areaUnderCurve(film!, sets[1]!.labels),
    windows:
      short &&
      accuracyAt(
        await thresholdOf(peer, short.tuning),
        await peer.score(short.test.texts),
        short.test.labels,
      ),
    rate: median(rates.get(peer.name)!),
  });
}
if (values.nbsvm) {
  const given = { python: values.python ?? "python3", program: values.nbsvm };
  const [imdb, film] = await nbsvm(given, train, [test, critics]);
  rows.push({
    name: "NB-SVM, 1-3-grams",
    test: imdb!.accuracy,
    critics: film!.accuracy,
    criticsAuc: null,
    windows: short && (await nbsvmAccuracy(given, short.train, short.test)),
    rate: imdb!.rate,
  });
}
rows.sort((a, b) => b.test - a.test);

if (values.plot) await writeFile(values.plot, `${await frontier(rows)}\n`);
const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
const machine = `${os.cpus()[0]?.model.trim()}, Node ${process.version}, commit ${commit}, one core`;
if (values.json) console.log(JSON.stringify({ machine, rows }, null, 2));
else {
  const percent = (share: number | undefined) => (share === undefined ? "" : `${(100 * share).toFixed(1)} %`);
  console.log(`${machine}; speeds are medians of ${ROUNDS} rounds over ${TIMED} test reviews`);
  if (short)
    console.log(
      `windows: ${short.test.texts.length}, ` +
        `of ${short.confirmed} confirmed among ${short.validation} validation reviews`,
    );
  console.log(
    "\n| | IMDB test | film critics | AUC there | windows | reviews/s |\n| --- | --- | --- | --- | --- | --- |",
  );
  for (const { name, test, critics, criticsAuc, windows, rate } of rows)
    console.log(
      `| ${name} | ${percent(test)} | ${percent(critics)} | ${criticsAuc?.toFixed(3) ?? ""} ` +
        `| ${percent(windows)} | ${rate.toFixed(0)} |`,
    );
}
