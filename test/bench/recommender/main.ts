import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { measure } from "./measure.ts";
import { report } from "./report.ts";
import { writeSection } from "./write.ts";

const CORPUS = "../shared/data/film-critics.csv.gz";
const README = "services/recommender/README.md";
const HELP = `npm run bench:recommender -- [options]

Measures what our scores add to the recommender, with its own ranking functions. The sentiment service
scores the texts, and runs/ keeps the scores for the next run. Other recommenders are compared if
PEERS_PYTHON names a Python with numpy, scipy and implicit; otherwise they are SKIPPED.

  --corpus FILE  CSV, plain or .gz, with user_id, item_id and review_text, and optionally rating (1-5),
                 timestamp, and liked (0 or 1; by default a rating above 3 is liked).
                 Default: ${CORPUS}
  --model DIR    the model's folder; default models/reviews-bilstm
  --json         print JSON
  --write        put the tables into ${README}
  --help         print this
`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const options = { corpus: text, model: text, json: flag, write: flag, help: flag };

function read() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    return fail(`${(error as Error).message}\n\n${HELP}`);
  }
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

const { corpus = CORPUS, model = "models/reviews-bilstm", json, write, help } = read();
if (help) {
  console.log(HELP);
  process.exit(0);
}
if (!existsSync(corpus)) fail(`There is no ${corpus}: name a corpus with --corpus FILE.`);

const say = (stage: string) => console.error(`bench:recommender: ${stage}`);
const measured = await measure(corpus, { modelDir: model, cacheDir: "runs/recommender-scores", say }).catch(
  (error: Error) => fail(`${corpus}: ${error.message}`),
);
const circumstances = {
  machine: `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}`,
  commit: execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim(),
  date: new Date().toISOString().slice(0, 10),
  command: `npm run bench:recommender${corpus === CORPUS ? "" : " -- --corpus FILE"}`,
};
const markdown = report(measured, circumstances);
if (write) await writeSection(README, markdown);
console.log(json ? JSON.stringify({ ...circumstances, ...measured }, null, 2) : markdown);
