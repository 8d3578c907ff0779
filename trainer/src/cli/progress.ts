import { type Manifest, type TextSettings, tokenize } from "@undertone/models";
import { SingleBar } from "cli-progress";
import type { Review } from "../data/corpus.ts";
import { describe, overlap } from "../data/split.ts";
import type { EpochRow } from "../fit/checkpoint.ts";
import type { StepProgress } from "../fit/fit.ts";

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** Tells a person how training goes: a bar where there is a terminal, a line each tenth of an epoch where not. */
export class Progress {
  readonly #print: (line: string) => void;
  #bar: SingleBar | undefined;
  #start = 0;

  constructor(print: (line: string) => void = console.log) {
    this.#print = print;
  }

  corpus(
    splits: Record<"train" | "validation" | "test", Review[]>,
    dropped: { noText: number; noRating: number },
    settings: TextSettings,
  ): void {
    this.#print(`dropped: ${dropped.noText} rows without text, ${dropped.noRating} without rating`);
    for (const [name, rows] of Object.entries(splits)) {
      if (rows.length === 0) continue;
      const lengths = rows.map(({ text }) => tokenize(text, settings).length);
      const { positive, meanLength, p95Length } = describe(rows, lengths);
      const length = `length mean ${meanLength.toFixed(0)}, p95 ${p95Length} tokens`;
      this.#print(`${name}: ${rows.length} rows, ${percent(positive)} positive, ${length}`);
    }
    const duplicates = overlap([...splits.train, ...splits.validation], splits.test);
    this.#print(`texts of the test split that are in the training half too: ${duplicates}`);
  }

  coverage(
    { before, after, missingWords }: { before: number; after: number; missingWords: number },
    words: number,
  ): void {
    this.#print(
      `tokens with a vector: ${percent(before)} split on spaces, ${percent(after)} by this encoder`,
    );
    this.#print(`vocabulary: ${words} words, ${missingWords} without a vector`);
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
