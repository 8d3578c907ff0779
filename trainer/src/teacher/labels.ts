import { writeFile } from "node:fs/promises";
import path from "node:path";
import { readArtifact } from "@undertone/models";
import { Command } from "commander";
import { type CorpusOptions, readCorpus, readTexts } from "../corpus.ts";
import { withCorpusOptions } from "../corpus-options.ts";
import { encodeTexts } from "../encode-texts.ts";
import { accuracy, expectedCalibrationError, fitTemperature, scores } from "../metrics.ts";
import { onnxOutputs } from "../onnx/runtime.ts";
import { readPreset } from "../preset.ts";
import { cutValidation } from "../split.ts";
import { readByKey, textKey } from "./by-key.ts";

interface Flags extends CorpusOptions {
  preset: string;
  corpus: string;
  unlabelled: string;
  model: string[];
  teacher: string;
}

/**
 * Joins the teachers into soft labels, `{key, positive}` a line. Unlabelled reviews get the mean log-odds of the n-gram model
 * and the networks, divided by the temperature that fits validation; training reviews, which the networks were
 * fitted to, get the n-gram model's out-of-fold log-odds alone.
 */
const { preset, teacher, ...flags } = withCorpusOptions(new Command("npm run teacher:labels --"))
  .description("Labels the training and unlabelled reviews by the teachers together.")
  .option("--preset <name>", "whose seed and validation split", "default")
  .requiredOption("--corpus <file>", "rated reviews: CSV or JSON Lines, plain or gzip")
  .requiredOption("--unlabelled <file>", "reviews without a rating")
  .requiredOption("--model <dir...>", "networks trained on the same split's training reviews")
  .option("--teacher <dir>", "has ngrams.jsonl; labels.jsonl goes there", "runs/teacher")
  .parse()
  .opts<Flags>();

const { split, seed } = await readPreset(preset);
const { rows } = await readCorpus(flags.corpus, flags);
const { train, validation } = cutValidation(rows, { share: split.validation, seed });
const unlabelled = await readTexts(flags.unlabelled, flags.textColumn);
const ngramLogOdds = await readByKey(path.join(teacher, "ngrams.jsonl"), "logOdds");

const known = validation.map(({ text }) => text);
const labels = validation.map(({ label }) => label as number);
const teachers = [[...known, ...unlabelled].map(ngramLogOdds)];
for (const model of flags.model) teachers.push(await networkLogOdds(model, [...known, ...unlabelled]));
const names = ["n-grams", ...flags.model];
for (const [i, values] of teachers.entries()) report(names[i]!, values.slice(0, known.length));
const together = teachers[0]!.map(
  (_, row) => teachers.reduce((sum, t) => sum + t[row]!, 0) / teachers.length,
);
report("together", together.slice(0, known.length));

const temperature = fitTemperature(logitsOf(together.slice(0, known.length)), labels);
const alone = train.map(({ text }) => ngramLogOdds(text));
const fold = fitTemperature(
  logitsOf(alone),
  train.map(({ label }) => label),
);
console.log(`temperature ${temperature.toFixed(3)}, of the n-grams out of fold ${fold.toFixed(3)}`);
const lines = [
  ...train.map(({ text }, i) => line(text, alone[i]! / fold)),
  ...unlabelled.map((text, i) => line(text, together[known.length + i]! / temperature)),
];
await writeFile(path.join(teacher, "labels.jsonl"), `${lines.join("\n")}\n`);

function line(text: string, logOdds: number): string {
  return JSON.stringify({ key: textKey(text), positive: Number((1 / (1 + Math.exp(-logOdds))).toFixed(5)) });
}

/** Log-odds of positive of each text, by a published network in float32. */
async function networkLogOdds(model: string, texts: string[]): Promise<number[]> {
  const { encoder, graphs } = await readArtifact(model);
  const { logits } = await onnxOutputs(graphs.float32, encodeTexts(encoder, texts), 16);
  return texts.map((_, row) => logits[2 * row + 1]! - logits[2 * row]!);
}

function logitsOf(logOdds: number[]): Float32Array {
  return Float32Array.from(logOdds.flatMap((value) => [0, value]));
}

function report(name: string, logOdds: number[]): void {
  const p = scores(logitsOf(logOdds));
  const ece = (100 * expectedCalibrationError(p, labels)).toFixed(2);
  console.log(`${name}: validation accuracy ${accuracy(p, labels).toFixed(4)}, ECE ${ece} %`);
}
