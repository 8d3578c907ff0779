import { readArtifact } from "@undertone/models";
import { Command } from "commander";
import { type CorpusOptions, readCorpus } from "../data/corpus.ts";
import { encodeTexts } from "../data/encode-texts.ts";
import { areaUnderCurve, type Group, lengthGroups, metricsOfGroup } from "../evaluation/metrics.ts";
import { answerMetrics, graphAnswers } from "../export/onnx/calibrate.ts";
import { FLOAT32, INT8 } from "../export/onnx/precision.ts";
import { withCorpusOptions } from "./corpus-options.ts";

interface Flags extends CorpusOptions {
  model: string;
  test: string;
  json: boolean;
}

const flags = withCorpusOptions(new Command("npm run evaluate --"))
  .description("Measures a model on rated reviews, its int8 graph as served and its float32 one.")
  .option("--model <dir>", "the model's folder", "models/imdb-bilstm")
  .requiredOption("--test <file>", "rated reviews: CSV or JSON Lines, plain or gzip")
  .option("--json", "print one JSON document", false)
  .parse()
  .opts<Flags>();

try {
  const { manifest, encoder, graphs } = await readArtifact(flags.model);
  const { rows } = await readCorpus(flags.test, flags);
  const ids = encodeTexts(
    encoder,
    rows.map(({ text }) => text),
  );
  const labels = rows.map(({ label }) => label as number);
  const ratings = rows.map(({ rating }) => rating);
  const lengths = ids.map(({ length }) => length);
  const measure = async (graph: string, precision: typeof INT8) => {
    const answers = await graphAnswers(graph, precision, ids);
    const p = answers.scores;
    return {
      ...answerMetrics(answers, { labels, ratings }),
      auc: areaUnderCurve(p, labels),
      byLength: lengthGroups(lengths).map((group) => metricsOfGroup(group, p, labels)),
    };
  };
  const found = {
    model: `${manifest.name} ${manifest.version}`,
    rows: rows.length,
    ...(graphs.int8 && { int8: await measure(graphs.int8, INT8) }),
    float32: await measure(graphs.float32, FLOAT32),
  };
  if (flags.json) console.log(JSON.stringify(found, null, 2));
  else print(found);
} catch (error) {
  console.error(`evaluate: ${(error as Error).message}`);
  process.exitCode = 1;
}

type Measured = ReturnType<typeof answerMetrics> & { auc: number; byLength: Group[] };

function print({
  model,
  rows,
  ...graphs
}: {
  model: string;
  rows: number;
  int8?: Measured;
  float32: Measured;
}) {
  console.log(`${model} on ${flags.test}, ${rows} reviews`);
  const figures = Object.entries(graphs).map(([graph, { accuracy, loss, ece, auc, stars }]) => ({
    graph,
    accuracy,
    loss,
    ece,
    auc,
    ...(stars && { "stars, Spearman": stars.spearman, "score, Spearman": stars.scoreSpearman }),
  }));
  console.table(figures);
  console.log("by tokens scored, as served:");
  console.table((graphs.int8 ?? graphs.float32).byLength);
}
