import { writeFile } from "node:fs/promises";
import path from "node:path";
import { readArtifact } from "@undertone/models";
import { Command } from "commander";
import { enterUserFolder, withCorpusOptions } from "../../src/cli/command-line.ts";
import { readByKey, textKey } from "../../src/data/by-key.ts";
import { type CorpusOptions, readCorpus, readTexts } from "../../src/data/corpus.ts";
import { encodeTexts } from "../../src/data/prepare.ts";
import { onnxOutputs } from "../../src/export/onnx/runtime.ts";

interface Flags extends CorpusOptions {
  corpus: string[];
  unlabelled: string;
  model: string[];
  teacher: string;
}

/**
 * Joins the teachers' answers into soft labels, `{key, positive}` per line. Unrated reviews get the
 * mean log-odds of all teachers. Rated reviews get those of the n-gram teacher only, which are out
 * of fold: the networks were trained on these reviews.
 */
const flags = withCorpusOptions(new Command("npm run teacher:labels -w trainer --"))
  .description("Labels the rated and the unrated reviews with the answers of all teachers.")
  .requiredOption(
    "--corpus <file...>",
    "Rated reviews in CSV or JSON Lines, plain or gzip; one file per domain.",
  )
  .requiredOption("--unlabelled <file>", "Unrated reviews.")
  .option("--model <dir...>", "Networks that were trained on the training reviews of the same split.", [])
  .option("--teacher <dir>", "The folder of ngrams.jsonl, and for labels.jsonl.", "runs/teacher")
  .parse()
  .opts<Flags>();

enterUserFolder();
const rated = (await readCorpus(flags.corpus, flags)).rows.map(({ text }) => text);
const unlabelled = await readTexts(flags.unlabelled, flags.textColumn);
const linear = await readByKey(path.join(flags.teacher, "ngrams.jsonl"), "logOdds");
const teachers = [unlabelled.map(linear)];
for (const model of flags.model) teachers.push(await networkLogOdds(model, unlabelled));

const lines = [
  ...rated.map((text) => line(text, linear(text))),
  ...unlabelled.map((text, row) => line(text, mean(teachers.map((logOdds) => logOdds[row]!)))),
];
const out = path.join(flags.teacher, "labels.jsonl");
await writeFile(out, `${lines.join("\n")}\n`);
console.log(`${rated.length} rated and ${unlabelled.length} unrated reviews are labelled in ${out}`);

/** Log-odds of positive of each text, by a published network, whose calibration is in its graph. */
async function networkLogOdds(model: string, texts: string[]): Promise<number[]> {
  const { encoder, graph } = await readArtifact(model);
  const { logits } = await onnxOutputs(graph, encodeTexts(encoder, texts), 16);
  return texts.map((_, row) => logits[2 * row + 1]! - logits[2 * row]!);
}

function line(text: string, logOdds: number): string {
  return JSON.stringify({ key: textKey(text), positive: Number((1 / (1 + Math.exp(-logOdds))).toFixed(5)) });
}

function mean(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
