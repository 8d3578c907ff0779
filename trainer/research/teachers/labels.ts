import { writeFile } from "node:fs/promises";
import path from "node:path";
import { readArtifact } from "@undertone/models";
import { Command } from "commander";
import { withCorpusOptions } from "../../src/cli/corpus-options.ts";
import { readByKey, textKey } from "../../src/data/by-key.ts";
import { type CorpusOptions, readCorpus, readTexts } from "../../src/data/corpus.ts";
import { encodeTexts } from "../../src/data/encode-texts.ts";
import { cutValidation } from "../../src/data/split.ts";
import { validationCut } from "../../src/data/split-corpus.ts";
import { accuracy, expectedCalibrationError, fitTemperature, scores } from "../../src/evaluation/metrics.ts";
import { onnxOutputs } from "../../src/export/onnx/runtime.ts";
import { readPreset } from "../../src/preset.ts";

interface Flags extends CorpusOptions {
  preset: string;
  corpus: string;
  unlabelled: string;
  model: string[];
  teacher: string;
}

/** What the Python teachers made: log-odds of positive by key, out of fold for training reviews. */
const LINEAR_TEACHERS = ["ngrams.jsonl", "documents.jsonl"];

/**
 * Joins the teachers into soft labels, `{key, positive}` a line. Each teacher's log-odds are divided by the temperature that
 * fits validation. Unlabelled reviews get the mean of all of them; training reviews, which the networks were
 * fitted to, get the mean of the linear teachers, which are out of fold there.
 */
const { preset, teacher, ...flags } = withCorpusOptions(new Command("npm run teacher:labels --"))
  .description("Labels the training and unlabelled reviews by the teachers together.")
  .option("--preset <name>", "whose seed and validation split", "default")
  .requiredOption("--corpus <file>", "rated reviews: CSV or JSON Lines, plain or gzip")
  .requiredOption("--unlabelled <file>", "reviews without a rating")
  .requiredOption("--model <dir...>", "networks trained on the same split's training reviews")
  .option("--teacher <dir>", "has ngrams.jsonl and documents.jsonl; labels.jsonl goes there", "runs/teacher")
  .parse()
  .opts<Flags>();

const given = await readPreset(preset);
const { rows } = await readCorpus(flags.corpus, flags);
const { train, validation } = cutValidation(rows, validationCut(given));
const unlabelled = await readTexts(flags.unlabelled, flags.textColumn);

const known = validation.map(({ text }) => text);
const labels = validation.map(({ label }) => label as number);
const linear = await Promise.all(
  LINEAR_TEACHERS.map((name) => readByKey(path.join(teacher, name), "logOdds")),
);
const teachers = linear.map((logOdds) => [...known, ...unlabelled].map(logOdds));
for (const model of flags.model) teachers.push(await networkLogOdds(model, [...known, ...unlabelled]));
const temperatures = teachers.map((values) =>
  fitTemperature(logitsOf(values.slice(0, known.length)), labels),
);
for (const [i, name] of [...LINEAR_TEACHERS, ...flags.model].entries()) report(name, teachers[i]!);
const together = calibrated(mean(teachers, temperatures), labels);
report("together", together);
const alone = calibrated(
  mean(
    linear.map((logOdds) => train.map(({ text }) => logOdds(text))),
    temperatures,
  ),
  train.map(({ label }) => label as number),
);

const lines = [
  ...train.map(({ text }, i) => line(text, alone[i]!)),
  ...unlabelled.map((text, i) => line(text, together[known.length + i]!)),
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

/** The mean over the teachers of log-odds over temperature, one a text. */
function mean(teachers: number[][], temperatures: number[]): number[] {
  return teachers[0]!.map(
    (_, row) => teachers.reduce((sum, t, i) => sum + t[row]! / temperatures[i]!, 0) / teachers.length,
  );
}

/** The log-odds over the temperature that fits the first ones to their labels. */
function calibrated(logOdds: number[], labels: number[]): number[] {
  const temperature = fitTemperature(logitsOf(logOdds.slice(0, labels.length)), labels);
  return logOdds.map((value) => value / temperature);
}

/** Prints how well log-odds, the validation reviews' first, do on validation. */
function report(name: string, logOdds: number[]): void {
  const p = scores(logitsOf(logOdds.slice(0, known.length)));
  const ece = (100 * expectedCalibrationError(p, labels)).toFixed(2);
  console.log(`${name}: validation accuracy ${accuracy(p, labels).toFixed(4)}, ECE ${ece} %`);
}
