import { readArtifact } from "@undertone/models";
import { Command } from "commander";
import { type CorpusOptions, readCorpus } from "../data/corpus.ts";
import { encodeTexts } from "../data/prepare.ts";
import type { DomainMetrics } from "../evaluation/domains.ts";
import { lengthGroups, metricsOfGroup } from "../evaluation/metrics.ts";
import { answerMetrics, graphAnswers } from "../export/onnx/calibrate.ts";
import { publishedModel, runCommand, withCorpusOptions } from "./command-line.ts";

interface Flags extends CorpusOptions {
  model: string;
  test: string[];
  json: boolean;
}

const flags = withCorpusOptions(new Command("npm run evaluate -w trainer --"))
  .description("Measures a model on rated reviews, by domain and by length.")
  .option("--model <dir>", "The model's folder.", publishedModel)
  .requiredOption(
    "--test <file...>",
    "Rated reviews in CSV, TSV, JSON Lines or a JSON array, plain or compressed; one file per domain.",
  )
  .option("--json", "Print one JSON document.", false)
  .parse()
  .opts<Flags>();

await runCommand("evaluate", async () => {
  const { manifest, encoder, graph } = await readArtifact(flags.model);
  const { rows } = await readCorpus(flags.test, flags);
  const ids = encodeTexts(
    encoder,
    rows.map(({ text }) => text),
  );
  const labels = rows.map(({ label }) => label as number);
  const answers = await graphAnswers(graph, ids);
  const metrics = answerMetrics(answers, {
    labels,
    ratings: rows.map(({ rating }) => rating),
    domains: rows.map(({ domain }) => domain),
    neutral: manifest.stars?.values.findLast((value) => value <= flags.positiveAbove) ?? null,
  });
  const byLength = lengthGroups(ids.map(({ length }) => length)).map((group) =>
    metricsOfGroup(group, answers.scores, labels),
  );
  const found = {
    model: `${manifest.name} ${manifest.version}`,
    rows: rows.length,
    ...metrics,
    byLength,
  };
  if (flags.json) console.log(JSON.stringify(found, null, 2));
  else print(found);
});

type Found = ReturnType<typeof answerMetrics> & { model: string; rows: number; byLength: unknown[] };

function rounded({ domain, rows, ...figures }: DomainMetrics) {
  const entries = Object.entries(figures).map(([name, value]) => [name, Number(value.toFixed(4))]);
  return { domain, rows, ...Object.fromEntries(entries) };
}

function print({ model, rows, accuracy, loss, ece, stars, macro, domains, byLength }: Found): void {
  console.log(
    `${model}, ${rows} reviews: accuracy ${accuracy.toFixed(4)}, log loss ${loss.toFixed(4)}, ECE ${ece.toFixed(4)}`,
  );
  if (stars)
    console.log(
      `stars: Spearman ${stars.spearman.toFixed(4)}, mean error ${stars.meanAbsoluteError.toFixed(3)}`,
    );
  console.log("by domain; accuracy and AUC without the neutral rating:");
  console.table([...domains, { domain: "mean", rows, ...macro }].map(rounded));
  console.log("by tokens scored:");
  console.table(byLength);
}
