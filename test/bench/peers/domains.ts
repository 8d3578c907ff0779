/**
 * The published model and its peers on the validation reviews of each domain
 * (npm run bench:domains -- --help).
 */
import { readArtifact } from "@undertone/models";
import { Command } from "commander";
import { withCorpusOptions } from "../../../trainer/src/cli/command-line.ts";
import { readByKey } from "../../../trainer/src/data/by-key.ts";
import { type CorpusOptions, type Review, readCorpus } from "../../../trainer/src/data/corpus.ts";
import { cutValidation } from "../../../trainer/src/data/split.ts";
import { validationCut } from "../../../trainer/src/data/split-corpus.ts";
import { domainMetrics, macroMetrics } from "../../../trainer/src/evaluation/domains.ts";
import { sample } from "../../../trainer/src/evaluation/perturbations.ts";
import { readPreset } from "../../../trainer/src/preset.ts";
import { table } from "../../../trainer/src/report/markdown.ts";
import { lexicons } from "./lexicons.ts";
import { ours } from "./ours.ts";
import { bestThreshold, type Peer } from "./peer.ts";

interface Flags extends CorpusOptions {
  corpus: string[];
  model: string;
  ngrams?: string;
}

const TUNED = 5000;
const NEUTRAL = 3;

const flags = withCorpusOptions(new Command("npm run bench:domains --"))
  .description(
    "Prints accuracy and AUC of the model and its peers by domain, 3-star reviews left out, as Markdown.",
  )
  .requiredOption("--corpus <file...>", "the corpora that the model was trained on; one file per domain")
  .option("--model <dir>", "the model's folder", "models/reviews-bilstm")
  .option("--ngrams <file>", "ngrams.jsonl of trainer/research/teachers: NB-SVM on the same training reviews")
  .parse()
  .opts<Flags>();

const { manifest } = await readArtifact(flags.model);
const preset = await readPreset(manifest.preset);
const { rows } = await readCorpus(flags.corpus, flags);
const { train, validation } = cutValidation(rows, validationCut(preset));
const textsOf = (reviews: readonly Review[]) => reviews.map(({ text }) => text);
const rated = {
  labels: validation.map(({ label }) => label as number),
  ratings: validation.map(({ rating }) => rating),
  domains: validation.map(({ domain }) => domain),
  neutral: NEUTRAL,
};

/** A lexicon's scores, shifted so that 0.5 is the best threshold on training reviews. */
async function tuned({ score }: Peer): Promise<Float64Array> {
  const tuning = sample(train, TUNED);
  const threshold = bestThreshold(
    await score(textsOf(tuning)),
    tuning.map(({ label }) => label),
  );
  return (await score(textsOf(validation))).map((value) => 0.5 + value - threshold);
}

const [batched] = (await ours(flags.model, manifest.name)).slice(-1);
const columns = new Map([[manifest.name, await batched!.score(textsOf(validation))]]);
if (flags.ngrams) {
  const logOdds = await readByKey(flags.ngrams, "logOdds");
  columns.set(
    "NB-SVM, same data",
    Float64Array.from(validation, ({ text }) => 1 / (1 + Math.exp(-logOdds(text)))),
  );
}
for (const peer of lexicons) columns.set(peer.name, await tuned(peer));

const found = [...columns].map(([name, scores]) => ({
  name,
  domains: domainMetrics(scores, rated),
  macro: macroMetrics(scores, rated),
}));
const cell = ({ accuracy, auc }: { accuracy: number; auc: number }) =>
  `${accuracy.toFixed(3)} / ${auc.toFixed(3)}`;
console.log(
  table(
    ["accuracy / AUC", "reviews", ...found.map(({ name }) => name)],
    [
      ...found[0]!.domains.map(({ domain, rows }, i) => [
        domain,
        rows,
        ...found.map(({ domains }) => cell(domains[i]!)),
      ]),
      ["**mean of the domains**", validation.length, ...found.map(({ macro }) => cell(macro))],
    ],
  ),
);
