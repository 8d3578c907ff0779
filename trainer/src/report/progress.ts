import type { Manifest } from "@undertone/models";
import { SingleBar } from "cli-progress";
import { type Corpus, listLeftOut } from "../data/corpus.ts";
import type { Prepared } from "../data/prepare.ts";
import { describe } from "../data/split.ts";
import type { Split } from "../data/split-corpus.ts";
import type { TokenizedSplit } from "../data/tokenized-texts.ts";
import type { EpochRow } from "../fit/checkpoint.ts";
import type { StepProgress } from "../fit/fit.ts";
import { listLanguages } from "./languages.ts";

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** Shows the progress of training: a bar on a terminal, else a line per tenth of an epoch. */
export class Progress {
  readonly #print: (line: string) => void;
  #bar: SingleBar | undefined;
  #start = 0;

  constructor(print: (line: string) => void = console.log) {
    this.#print = print;
  }

  /** The format of each file, and its rows that are left out, by reason. */
  corpus({ sources }: Corpus): void {
    for (const { domain, rows, used, scale, detected, leftOut, garbled } of sources) {
      const how = detected ? "detected" : "as given";
      this.#print(`${domain}: ${rows} rows, ${used} used; ratings are read as ${scale} (${how})`);
      if (leftOut.length > 0) this.#print(`  left out: ${listLeftOut(leftOut)}`);
      if (garbled > 0)
        this.#print(
          `  ${garbled} texts have letters that were lost or decoded wrongly before: see --encoding`,
        );
    }
  }

  split(split: Split, tokenized: TokenizedSplit): void {
    for (const name of ["train", "validation", "test"] as const) {
      const rows = split[name];
      if (rows.length === 0) continue;
      const lengths = tokenized[name].slice(0, rows.length).map(({ length }) => length);
      const { positive, stars, repeated, meanLength, p95Length } = describe(rows, lengths);
      const shares = stars.map((share) => (100 * share).toFixed(0)).join("/");
      const length = `length mean ${meanLength.toFixed(0)}, p95 ${p95Length} tokens`;
      const texts = rows.map(({ text }) => text);
      this.#print(
        `${name}: ${rows.length} rows, ${percent(positive)} positive, 1 to 5 stars ${shares} %, ${length}`,
      );
      this.#print(`  ${repeated} repeat a text of the same split; languages: ${listLanguages(texts)}`);
    }
    this.#print(`left out of training and validation, since another split has the text: ${split.copies}`);
  }

  vocabulary({ coverage, vocabulary }: Pick<Prepared, "coverage" | "vocabulary">): void {
    const { before, after, missingWords } = coverage;
    this.#print(
      `tokens with a vector: ${percent(before)} split on spaces, ${percent(after)} by this encoder`,
    );
    this.#print(`vocabulary: ${vocabulary.words.length} words, ${missingWords} without a vector`);
    this.#print("epoch  loss    accuracy  AUC     seconds (means over the validation domains)");
    this.#start = performance.now();
  }

  step({ epoch, step, steps, loss, reviews }: StepProgress): void {
    const rate = `${(reviews / ((performance.now() - this.#start) / 1000)).toFixed(0)} reviews/s`;
    if (process.stderr.isTTY) {
      const format = "epoch {epoch} {bar} {value}/{total} loss {loss} {rate} {eta_formatted} left";
      this.#bar ??= new SingleBar({ format, clearOnComplete: true, hideCursor: true });
      if (step === 1) this.#bar.start(steps, 0, { epoch, loss: "", rate: "" });
      this.#bar.update(step, { loss: loss.toFixed(4), rate });
    } else if (step % Math.ceil(steps / 10) === 0) {
      this.#print(`  epoch ${epoch}, batch ${step}/${steps}: loss ${loss.toFixed(4)}, ${rate}`);
    }
  }

  epoch({ epoch, loss, validationAccuracy, validationAuc, seconds }: EpochRow): void {
    this.#bar?.stop();
    this.#bar = undefined;
    const figures = [loss.toFixed(4), validationAccuracy.toFixed(4), validationAuc.toFixed(4)];
    this.#print(
      `${String(epoch).padEnd(5)}  ${figures[0]}  ${figures[1]}    ${figures[2]}  ${seconds.toFixed(1)}`,
    );
    this.#start = performance.now();
  }

  parity(texts: number, largest: number): void {
    this.#print(
      `TensorFlow.js against onnxruntime, ${texts} texts, alone and in batches: ${largest.toExponential(2)}`,
    );
  }

  result({ validation, test }: Manifest["metrics"]): void {
    for (const [split, found] of Object.entries({ validation, test })) {
      if (!found) continue;
      const { accuracy, ece, macro } = found;
      this.#print(`${split}: accuracy ${accuracy.toFixed(4)}, ECE ${percent(ece)}`);
      if (macro)
        this.#print(
          `${split}, mean of the domains: accuracy ${macro.accuracy.toFixed(4)}, AUC ${macro.auc.toFixed(4)}`,
        );
    }
  }
}
