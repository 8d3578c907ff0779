import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { readArtifact } from "@undertone/models";
import { hasPackedVectors } from "../../../trainer/src/data/packed-vectors.ts";
import { nativeTensorFlow } from "../../../trainer/src/model/native.ts";
import { networkSettings, readPreset } from "../../../trainer/src/preset.ts";
import { Progress } from "../../../trainer/src/report/progress.ts";

const ready = nativeTensorFlow() && hasPackedVectors();
const skip = ready ? false : "the trainer is not set up (npm run setup:trainer)";
const corpus = path.resolve("test/fixtures/reviews.csv");

async function tiny(
  change: {
    out?: string;
    run?: string;
    workers?: number;
    resume?: boolean;
    seed?: number;
    test?: false;
    startFrom?: string;
    corpus?: string | string[];
    twoClass?: string[];
  } = {},
  stopAfter?: number,
) {
  const { train } = await import("../../../trainer/src/train.ts");
  const folder = await mkdtemp(path.join(os.tmpdir(), "tiny-"));
  const options = {
    preset: "tiny",
    corpus,
    out: path.join(folder, "model"),
    run: path.join(folder, "run"),
    name: "tiny",
    modelVersion: "1.0.0",
    workers: 2,
    resume: false,
    ratingColumn: "rating",
    positiveAbove: 3,
    textColumn: "review_text",
    ...change,
  };
  const lines: string[] = [];
  const progress = new Progress((line) => lines.push(line));
  if (stopAfter !== undefined) {
    const epoch = progress.epoch.bind(progress);
    progress.epoch = (row) => {
      epoch(row);
      if (row.epoch === stopAfter) throw new Error("killed here");
    };
  }
  const graph = () => readFile(path.join(options.out, "model.onnx"));
  return { ...options, lines, graph, done: train(options, progress) };
}

test("a tiny corpus gives a valid model and its report", { skip }, async () => {
  const { done, out, lines } = await tiny();
  const manifest = await done;
  assert.deepEqual((await readArtifact(out)).manifest, manifest);
  assert.ok(manifest.parity.largestDifference <= 1e-5);
  assert.ok(manifest.metrics.test!.accuracy >= 0.6);
  assert.match(await readFile(path.join(out, "README.md"), "utf8"), /# tiny 1\.0\.0/);
  for (const plot of ["curves", "confusion", "reliability", "length", "coverage"]) {
    assert.match(await readFile(path.join(out, "report", `${plot}.svg`), "utf8"), /^<svg/);
  }
  assert.ok(lines.some((line) => /tokens with a vector: [\d.]+ % split on spaces, [\d.]+ %/.test(line)));
});

/** The fixture's reviews, each with more words at its end. */
async function extendedCorpus(words: (rating: number) => string): Promise<string> {
  const [head, ...lines] = (await readFile(corpus, "utf8")).trim().split("\n");
  const extended = lines.map((line) => line.replace(/("?)$/, ` ${words(Number(line.split(",")[2]))}$1`));
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), "extended-")), "reviews.csv");
  await writeFile(file, [head, ...extended, ""].join("\n"));
  return file;
}

/** A corpus in which each review names its stars. */
const starredCorpus = () =>
  extendedCorpus(
    (rating) => ["One star.", "Two stars.", "Three stars.", "Four stars.", "Five stars!"][rating - 1]!,
  );

test("a model without given names gives texts that differ in a name the same score", { skip }, async () => {
  const { done, out } = await tiny({
    corpus: await extendedCorpus((rating) => `Seen by ${rating > 3 ? "Emily" : "Omar"}.`),
  });
  await done;
  const { encoder } = await readArtifact(out);
  const [emily, omar] = ["Seen by Emily.", "Seen by Omar."].map((text) => encoder.encode(text).ids);
  assert.deepEqual(emily, omar);
});

/** The fixture's reviews with only two ratings. */
async function twoRatings(): Promise<string> {
  const [head, ...lines] = (await readFile(corpus, "utf8")).trim().split("\n");
  const signs = lines.map((line) => {
    const fields = line.split(",");
    fields[2] = Number(fields[2]) > 3 ? "5" : "1";
    return fields.join(",");
  });
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), "signs-")), "signs.csv");
  await writeFile(file, [head, ...signs, ""].join("\n"));
  return file;
}

test("with ratings of several stars the model has a second output, which its files describe", {
  skip,
}, async () => {
  const first = await tiny({ corpus: await starredCorpus() });
  const manifest = await first.done;
  assert.deepEqual(manifest.stars, { values: [1, 2, 3, 4, 5] });
  assert.ok(manifest.metrics.test!.stars!.spearman > 0.8);
  const { golden } = await readArtifact(first.out);
  const spread = new Set(golden.texts.map(({ stars }) => stars));
  assert.ok(spread.size > 4 && golden.texts.every(({ stars }) => stars! >= 1 && stars! <= 5));
  assert.match(await readFile(path.join(first.out, "README.md"), "utf8"), /\| stars, Spearman \|/);

  const again = await tiny({ corpus: first.corpus, run: first.run, resume: true });
  assert.deepEqual((await again.done).stars, manifest.stars);
  assert.ok(!again.lines.some((line) => /^ *epoch \d/.test(line)), "a finished run is not trained again");
  assert.ok((await again.graph()).equals(await first.graph()));
});

test("with only two ratings the model has no second output", { skip }, async () => {
  const { done } = await tiny({ corpus: await twoRatings() });
  const { stars, metrics, architecture } = await done;
  assert.deepEqual([stars, metrics.validation.stars, architecture.thresholds], [undefined, undefined, 1]);
});

test("several corpora are separate domains, each with validation reviews and figures", {
  skip,
}, async () => {
  const other = await twoRatings();
  const { done } = await tiny({ corpus: [corpus, other], twoClass: ["signs"], test: false });
  const { metrics } = await done;
  assert.deepEqual(
    metrics.validation.domains!.map(({ domain }) => domain),
    [path.basename(corpus, ".csv"), path.basename(other, ".csv")].sort(),
  );
});

test("the target accuracy and the description are not part of a run's identity", async () => {
  const preset = await readPreset("tiny");
  assert.deepEqual(networkSettings({ ...preset, targetAccuracy: 0.99 }), networkSettings(preset));
  assert.deepEqual(networkSettings({ ...preset, description: "Other words." }), networkSettings(preset));
  assert.notDeepEqual(networkSettings({ ...preset, seed: 1 }), networkSettings(preset));
});

test("the same seed gives the same bytes with one process and with two, and another seed gives others", {
  skip,
}, async () => {
  const runs = [await tiny(), await tiny({ workers: 1 }), await tiny({ seed: 5 })];
  const graphs: Buffer[] = [];
  for (const run of runs) {
    await run.done;
    graphs.push(await run.graph());
  }
  assert.ok(graphs[0]!.equals(graphs[1]!));
  assert.ok(!graphs[0]!.equals(graphs[2]!));
});

test("a resumed run has the same weights as an uninterrupted one", { skip }, async () => {
  const whole = await tiny();
  await whole.done;
  const broken = await tiny({}, 3);
  await assert.rejects(broken.done, /killed here/);
  const copy = `${broken.run}-copy`;
  await cp(broken.run, copy, { recursive: true });
  const resumed = await tiny({ run: copy, resume: true });
  await resumed.done;
  assert.ok((await resumed.graph()).equals(await whole.graph()));
});

test("a checkpoint of another seed is refused", { skip }, async () => {
  const first = await tiny();
  await first.done;
  const second = await tiny({ run: first.run, resume: true, seed: 9 });
  await assert.rejects(second.done, /belongs to another preset, corpus or set of vectors/);
});

test("without test reviews the validation figures are reported", { skip }, async () => {
  const { done, out, lines } = await tiny({ test: false });
  const { metrics, corpus } = await done;
  assert.equal(metrics.test, undefined);
  assert.equal(corpus.train + corpus.validation, corpus.rows);
  assert.doesNotMatch(await readFile(path.join(out, "README.md"), "utf8"), /\| test \|/);
  assert.ok(!lines.some((line) => line.startsWith("test:")));
});

test("a run can start from the weights of another run's best epoch or model, if the shape is the same", {
  skip,
}, async () => {
  const first = await tiny();
  await first.done;
  const second = await tiny({ startFrom: first.run });
  await second.done;
  const loss = (lines: string[]) => Number(lines.find((line) => /^1 +\d/.test(line))!.split(/ +/)[1]);
  assert.ok(loss(second.lines) < loss(first.lines) / 2, "its first epoch starts where the other ended");
  const third = await tiny({ startFrom: first.out });
  await third.done;
  assert.ok(
    Math.abs(loss(third.lines) - loss(second.lines)) < 0.01,
    "a published model holds the same weights",
  );
  const { warmStart } = await import("../../../trainer/src/fit/warm-start.ts");
  const one = new Float32Array(1);
  await assert.rejects(
    warmStart(first.run, [], { parameters: one, table: one, ngrams: one }),
    /has another size than this preset's/,
  );
});
