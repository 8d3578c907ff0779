import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { type Plan, readPlan, runsOf } from "../../../trainer/research/experiments/plan.ts";
import { override, recipeHash } from "../../../trainer/research/experiments/recipe.ts";
import { type Row, readRows } from "../../../trainer/research/experiments/record.ts";
import { groupsOf } from "../../../trainer/research/experiments/summary.ts";
import { experimentsTable } from "../../../trainer/research/experiments/table.ts";
import { hasPackedVectors } from "../../../trainer/src/data/packed-vectors.ts";
import { cutValidation } from "../../../trainer/src/data/split.ts";
import { nativeTensorFlow } from "../../../trainer/src/model/native.ts";
import { readPreset } from "../../../trainer/src/preset.ts";

const ready = nativeTensorFlow() && hasPackedVectors();
const skip = ready ? false : "the trainer is not set up (npm run setup:trainer)";

const row = (change: Partial<Row>): Row => ({
  date: "2026-01-01T00:00:00.000Z",
  commit: "abc",
  machine: "a machine",
  workers: 2,
  plan: "p",
  name: "baseline",
  preset: "tiny",
  set: {},
  recipe: "base",
  baseline: "base",
  data: "d",
  fold: 0,
  seed: 0,
  trained: 100,
  validated: 10,
  epoch: 1,
  accuracy: 0.8,
  ece: 0.02,
  minutes: 1,
  parameters: 10,
  bytes: 100,
  reviewsPerSecond: 5,
  ...change,
});

const tiny: Plan = {
  name: "p",
  preset: "tiny",
  set: { epochs: 2 },
  folds: [0],
  seeds: [0],
  variants: [
    { name: "baseline", set: {} },
    { name: "no pooling", set: { "network.head": "first-last", "network.chunkLength": null } },
  ],
};

test("the folds of one seed share no row, and fold 0 is the split without a fold", () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({
    text: `text ${i}`,
    rating: 5,
    label: 1 as const,
    item: `item ${i % 25}`,
    domain: "films",
  }));
  const cuts = Array.from(
    { length: 5 },
    (_, fold) => cutValidation(rows, { share: 0.2, seed: 3, fold }).validation,
  );
  assert.equal(new Set(cuts.flat()).size, 100);
  assert.deepEqual(cuts[0], cutValidation(rows, { share: 0.2, seed: 3 }).validation);
  assert.throws(
    () => cutValidation(rows, { share: 0.2, seed: 3, fold: 5 }),
    /fold 5: films has too few rows for 6 cuts of 20/,
  );
});

test("a field is changed by its path, and an unknown path or value is refused", async () => {
  const preset = await readPreset("tiny");
  assert.equal(override("tiny", preset, { "network.units": 64 }).network.units, 64);
  assert.equal(preset.network.units, 16);
  const distilling = override("tiny", preset, { distillation: { hardShare: 0.5 } });
  assert.deepEqual(distilling.distillation, { hardShare: 0.5 });
  for (const set of [
    { "network.unit": 64 },
    { "network.units": "many" },
    { "distillation.hardShare": 0.5 },
    { "network.head": "first-last" }, // while texts are read in chunks
    { "network.output": "classes" }, // while there is a linear term
  ])
    assert.throws(() => override("tiny", preset, set), /preset tiny: /);
});

test("a recipe's hash depends on its settings and teacher files, and not on fold, seed or description", async () => {
  const preset = await readPreset("tiny");
  const name = recipeHash(preset, []);
  const same = { ...preset, seed: 7, description: "", split: { ...preset.split, fold: 2 } };
  assert.equal(recipeHash(same, []), name);
  assert.notEqual(recipeHash({ ...preset, epochs: 9 }, []), name);
  assert.notEqual(recipeHash(preset, ["labels"]), name);
});

test("a plan runs each variant with each fold and seed, a seed's variants first", async () => {
  const runs = await runsOf({ ...tiny, folds: [0, 1], seeds: [4, 5] });
  assert.deepEqual(
    runs.slice(0, 5).map(({ name, fold, seed }) => [name, fold, seed]),
    [
      ["baseline", 0, 4],
      ["no pooling", 0, 4],
      ["baseline", 1, 4],
      ["no pooling", 1, 4],
      ["baseline", 0, 5],
    ],
  );
  assert.deepEqual(runs[3]!.preset.split, { shuffle: true, validation: 0.2, seed: 0, fold: 1 });
  assert.equal(runs[3]!.preset.network.head, "first-last");
  assert.equal(runs[3]!.preset.seed, 4);
});

test("the plan of the ablation is valid, and every variant is a preset", async () => {
  const plan = await readPlan("trainer/research/experiments/plan.json");
  const runs = await runsOf(plan);
  assert.equal(runs.length, plan.variants.length * plan.seeds.length * plan.folds.length);
  const recipes = new Set(runs.map(({ preset }) => recipeHash(preset, [])));
  assert.equal(recipes.size, plan.variants.length, "no two variants are the same");
});

test("a recipe is compared with the baseline of the same fold and seed, with a standard error", () => {
  const other = { recipe: "other", name: "other" };
  const [base, found] = groupsOf([
    row({ seed: 0, accuracy: 0.8 }),
    row({ seed: 1, accuracy: 0.9 }),
    row({ ...other, seed: 0, accuracy: 0.83 }),
    row({ ...other, seed: 1, accuracy: 0.91 }),
    row({ ...other, seed: 2, accuracy: 0.1 }),
    row({ ...other, seed: 0, accuracy: 0.1, data: "elsewhere" }),
  ]);
  assert.equal(base!.gain, undefined);
  assert.ok(Math.abs(base!.accuracy.deviation! - 0.0707) < 1e-4);
  const { mean, count, standardError } = found!.gain!;
  assert.equal(count, 2);
  assert.ok(Math.abs(mean - 0.02) < 1e-9);
  assert.ok(Math.abs(standardError! - 0.01) < 1e-9, "deviation 0.01414 over the root of 2");
});

test("the table has the changes of a recipe against its baseline, and its gain", () => {
  const set = { epochs: 2 };
  const found = experimentsTable([
    row({ set }),
    row({ set: { ...set, "network.units": 8 }, recipe: "x", name: "small", accuracy: 0.79 }),
  ]);
  assert.match(found, /\| baseline \| `epochs=2` \| 100 \| 1 \| 80\.00 % \| the baseline \|/);
  assert.match(found, /\| small \| `network\.units=8` \| 100 \| 1 \| 79\.00 % \| -1\.00 \(1 pair\) \|/);
});

test("a malformed row of the record is refused with its line", async () => {
  const file = path.join(await mkdtemp(path.join(os.tmpdir(), "record-")), "results.jsonl");
  assert.deepEqual(await readRows(file), []);
  await writeFile(file, `${JSON.stringify(row({}))}\n${JSON.stringify({ ...row({}), accuracy: 80 })}\n`);
  await assert.rejects(readRows(file), /results\.jsonl: line 2: \/accuracy/);
});

test("the experiments' README agrees with their results", async () => {
  const rows = await readRows("trainer/research/experiments/results.jsonl");
  const written = await readFile("trainer/research/experiments/README.md", "utf8").catch(() => undefined);
  assert.equal(written, rows.length > 0 ? experimentsTable(rows) : undefined);
});

test("a recorded run is skipped, a stopped one continues, and a failed one is left out", {
  skip,
}, async () => {
  const { experiment } = await import("../../../trainer/research/experiments/experiment.ts");
  const out = await mkdtemp(path.join(os.tmpdir(), "experiment-"));
  const options = {
    corpus: "test/fixtures/reviews.csv",
    ratingColumn: "rating",
    positiveAbove: 3,
    textColumn: "review_text",
    workers: 1,
    out,
    checkpoints: path.join(out, "checkpoints"),
  };
  const lines: string[] = [];
  const stopped = experiment(tiny, options, (line) => {
    lines.push(line);
    if (lines.length === 4) throw new Error("killed here");
  });
  assert.equal(await stopped, 1, "the second variant is stopped after its first epoch");
  assert.equal((await readRows(path.join(out, "results.jsonl"))).length, 1);

  const again: string[] = [];
  assert.equal(await experiment(tiny, options, (line) => again.push(line)), 0);
  assert.match(again[0]!, /baseline, fold 0, seed 0: is in the record/);
  assert.match(again[1]!, /^ {2}epoch 2:/, "its first epoch is not trained again");
  const rows = await readRows(path.join(out, "results.jsonl"));
  assert.deepEqual(
    rows.map(({ name }) => name),
    ["baseline", "no pooling"],
  );
  assert.equal(rows[0]!.recipe, rows[1]!.baseline);
  assert.equal(await readFile(path.join(out, "README.md"), "utf8"), experimentsTable(rows));

  const diverging = { ...tiny, variants: [{ name: "nan", set: { "optimizer.learningRate": 1e38 } }] };
  const failed: string[] = [];
  assert.equal(await experiment(diverging, options, (line) => failed.push(line)), 1);
  assert.match(
    failed.at(-1)!,
    /failed: epoch 1.* loss is .*No epoch was finished, so there is no checkpoint/,
  );
  assert.equal((await readRows(path.join(out, "results.jsonl"))).length, 2);
});
