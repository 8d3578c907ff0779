import assert from "node:assert/strict";
import { test } from "node:test";
import { pad } from "@undertone/models";
import type { Rated } from "../../trainer/src/evaluation/domains.ts";
import { expectedCalibrationError, fitCalibration } from "../../trainer/src/evaluation/metrics.ts";
import { adamwUpdate, clipByGlobalNorm, newAdamState } from "../../trainer/src/fit/adamw.ts";
import { averageWeights } from "../../trainer/src/fit/average.ts";
import { epochBatches, shards } from "../../trainer/src/fit/batches.ts";
import { newTrainingState } from "../../trainer/src/fit/checkpoint.ts";
import { withLinearModel } from "../../trainer/src/fit/ensemble.ts";
import { type Examples, fit } from "../../trainer/src/fit/fit.ts";
import type { Request } from "../../trainer/src/fit/messages.ts";
import { ngramStep } from "../../trainer/src/fit/ngram-step.ts";
import { rateFactor } from "../../trainer/src/fit/schedule.ts";
import type { WorkerPool } from "../../trainer/src/fit/worker-pool.ts";
import { chunkGrid } from "../../trainer/src/model/chunks.ts";
import { linearTerms, ngramLayout, ngramPlaces, ngramSize } from "../../trainer/src/model/ngrams.ts";
import { parameterList } from "../../trainer/src/model/parameters.ts";
import { type Architecture, readPreset } from "../../trainer/src/preset.ts";

const rated = (ids: Int32Array[]): Rated => ({
  ids,
  labels: ids.map((_, row) => row % 2),
  ratings: ids.map((_, row) => 1 + 4 * (row % 2)),
  domains: ids.map(() => "films"),
  neutral: null,
});

/**
 * The targets of the rows: one threshold, and a target of the row's number over
 * their count.
 */
const examples = (ids: Int32Array[], readOnce = 0): Examples => ({
  ids,
  readOnce,
  targets: Float32Array.from(ids, (_, row) => row / ids.length),
  weights: new Float32Array(ids.length).fill(1),
});

const state = () =>
  newTrainingState({
    parameters: new Float32Array(3),
    table: new Float32Array(8),
    ngrams: new Float32Array(0),
  });

test("a loss that is not finite stops the run, and the error has the batch", async () => {
  const answer = { loss: Number.NaN, gradient: new Float32Array(3) };
  const pool = { tell: async () => undefined, ask: async () => answer } as unknown as WorkerPool;
  const ids = [Int32Array.of(2), Int32Array.of(3)];
  const run = fit(state(), {
    preset: await readPreset("tiny"),
    pool,
    train: examples(ids),
    validation: rated(ids),
    middle: 0,
    layout: undefined,
    onStep: () => undefined,
    onEpoch: async () => undefined,
  });
  await assert.rejects(run, /epoch 1, batch 1: loss is NaN/);
});

test("each epoch reads every text, except those that are divided among the epochs", async () => {
  const tiny = await readPreset("tiny");
  const preset = {
    ...tiny,
    epochs: 2,
    patience: 2,
    dropout: { words: 0, embeddings: 0, head: 0, ngrams: 0 },
  };
  const ids = Array.from({ length: 90 }, (_, row) => Int32Array.of(row + 1, row + 1));
  const seen: number[] = [];
  const pool = {
    tell: async () => undefined,
    predict: async () => new Float32Array(2),
    ask: async (_turn: number, request: Request) => {
      if (request.kind !== "gradients") return {};
      for (const [i, target] of request.targets.entries()) {
        const row = request.batch.ids[i * request.batch.time]! - 1;
        assert.ok(Math.abs(target - row / 90) < 1e-6, "a text keeps its target");
        seen.push(row);
      }
      return { loss: 1, gradient: new Float32Array(3), linearGradient: new Float32Array(2) };
    },
  } as unknown as WorkerPool;
  await fit(state(), {
    preset,
    pool,
    train: examples(ids, 30),
    validation: rated([Int32Array.of(2), Int32Array.of(3)]),
    middle: 0,
    layout: undefined,
    onStep: () => undefined,
    onEpoch: async () => undefined,
  });
  const times = Array.from(ids, (_, row) => seen.filter((one) => one === row).length);
  assert.deepEqual(times, [...Array(60).fill(2), ...Array(30).fill(1)]);
});

test("the running mean of the weights first forgets its start, and then has the preset's decay", () => {
  const current = state();
  averageWeights(current, 0.9);
  assert.deepEqual(current.average!.parameters, new Float32Array(3), "it starts at the weights");
  current.parameters.fill(1);
  current.table.fill(2);
  averageWeights(current, 0.9);
  assert.ok(Math.abs(current.average!.parameters[0]! - 0.9) < 1e-6, "without steps 0.1 is kept");
  assert.ok(Math.abs(current.average!.table[7]! - 1.8) < 1e-6);
  current.adam.steps = 1_000_000;
  averageWeights(current, 0.9);
  assert.ok(Math.abs(current.average!.parameters[0]! - 0.91) < 1e-6);
  assert.equal(current.parameters[0], 1, "the weights themselves stay");
});

test("an ensemble's log-odds are the mean of the network's and the linear model's", () => {
  const architecture: Architecture = {
    layers: 1,
    units: 1,
    bidirectional: false,
    head: "pool",
    embedding: 2,
    chunkLength: null,
    ngrams: { bigramBits: 3, trigramBits: 3, learningRate: 1 },
    output: "ordinal",
    thresholds: 2,
  };
  const list = parameterList(architecture);
  const last = list.at(-1)!;
  const parameters = Float32Array.from({ length: last.offset + last.size }, (_, i) => i / 7);
  const layout = ngramLayout(5, architecture.ngrams!);
  const ngrams = Float32Array.from({ length: ngramSize(layout) }, (_, i) => i / 3);
  const linear = { ngrams: ngrams.map((value) => 1 - value), intercept: 0.5 };
  const found = withLinearModel({ parameters, table: new Float32Array(10), ngrams }, list, linear, 0.25);
  const ids = [Int32Array.of(2, 3, 4)];
  const [ours, theirs, joined] = [ngrams, linear.ngrams, found.ngrams].map(
    (w) => linearTerms(ids, w, layout)[0]!,
  );
  assert.ok(Math.abs(joined! - (0.75 * ours! + 0.25 * theirs!)) < 1e-5);
  for (const { name, offset, size } of list)
    for (let i = offset; i < offset + size; i++) {
      const expected = name.startsWith("lstm") ? parameters[i]! : 0.75 * parameters[i]!;
      assert.ok(Math.abs(found.parameters[i]! - expected - (name === "thresholds" ? 0.125 : 0)) < 1e-5, name);
    }
  assert.throws(
    () =>
      withLinearModel(
        { parameters, table: ngrams, ngrams },
        list,
        { ngrams: new Float32Array(3), intercept: 0 },
        0.5,
      ),
    /has 3 weights, expected 21/,
  );
});

test("with averaging, the mean weights are kept, and training continues with the last ones", async () => {
  const tiny = await readPreset("tiny");
  const preset = { ...tiny, epochs: 2, patience: 2, optimizer: { ...tiny.optimizer, averaging: 0.5 } };
  const set: Float32Array[] = [];
  let judged: Float32Array | undefined;
  const pool = {
    tell: async (request: Request) => {
      if (request.kind === "set") set.push(request.parameters.slice());
    },
    predict: async () => {
      judged = set.at(-1)!;
      return new Float32Array(2);
    },
    ask: async () => ({ loss: 1, gradient: Float32Array.of(1, -1, 1), linearGradient: new Float32Array(2) }),
  } as unknown as WorkerPool;
  const ids = [Int32Array.of(2), Int32Array.of(3)];
  const current = state();
  await fit(current, {
    preset,
    pool,
    train: examples(ids),
    validation: rated(ids),
    middle: 0,
    layout: undefined,
    onStep: () => undefined,
    onEpoch: async () => undefined,
  });
  assert.deepEqual(current.best.parameters, current.average!.parameters);
  assert.deepEqual(judged, current.average!.parameters);
  assert.notDeepEqual(current.best.parameters, current.parameters);
});

test("a step of the n-gram weights changes only those of the batch, against their gradient", () => {
  const layout = ngramLayout(10, { bigramBits: 4, trigramBits: 5 });
  const weights = new Float32Array(ngramSize(layout));
  const ids = [Int32Array.of(3, 4, 5), Int32Array.of(6)];
  ngramStep(weights, newAdamState(weights.length), layout, ids, Float32Array.of(2, 0), 0.01);
  const moved = [...weights.keys()].filter((place) => weights[place] !== 0);
  const expected = [...new Set(ngramPlaces(ids[0]!, layout))].sort((a, b) => a - b);
  assert.deepEqual(moved, expected);
  for (const place of moved) assert.ok(Math.abs(weights[place]! + 0.01) < 1e-6, "the first step is the rate");
  assert.equal(expected.length, 6, "three words, two bigrams, one trigram");
});

test("a text is cut into as few chunks as possible, of equal length except the last, in any batch", () => {
  const texts = [7, 3, 1].map((length, text) => Int32Array.from({ length }, (_, i) => 10 * text + i + 1));
  const grid = chunkGrid(pad(texts), 3);
  const chunk = (row: number) => [
    ...grid.ids.subarray(row * grid.time, row * grid.time + grid.lengths[row]!),
  ];
  const found = texts.map((_, text) =>
    Array.from({ length: grid.chunks }, (_, i) => chunk(text * grid.chunks + i)),
  );
  assert.deepEqual(found, [
    [[1, 2, 3], [4, 5, 6], [7]],
    [[11, 12, 13], [], []],
    [[21], [], []],
  ]);
  assert.deepEqual([...chunkGrid(pad([texts[0]!.subarray(0, 4)]), 3).lengths], [2, 2]);
  assert.equal(chunkGrid(pad(texts), null).chunks, 1);
});

test("an epoch holds every row once, a pure function of the seed, similar lengths together", () => {
  const lengths = Array.from({ length: 200 }, (_, i) => 1 + ((i * 37) % 100));
  const batches = epochBatches(lengths, { size: 16, tokens: null, byLength: true }, 3);
  assert.deepEqual(
    batches.flat().sort((a, b) => a - b),
    [...lengths.keys()],
  );
  assert.deepEqual(epochBatches(lengths, { size: 16, tokens: null, byLength: true }, 3), batches);
  assert.notDeepEqual(epochBatches(lengths, { size: 16, tokens: null, byLength: true }, 4), batches);
  for (const batch of batches) {
    const within = batch.map((row) => lengths[row]!);
    assert.ok(Math.max(...within) - Math.min(...within) <= 10);
  }
  assert.deepEqual(shards([1, 2, 3], 2), [[1, 3], [2]]);
  assert.deepEqual(shards([1], 2), [[1]]);
});

test("a batch has padded ids up to its budget, and a longer text is a batch of its own", () => {
  const batches = epochBatches([5, 4, 90, 6, 3], { size: 4, tokens: 20, byLength: true }, 1);
  assert.deepEqual(batches.flat().sort(), [0, 1, 2, 3, 4]);
  assert.ok(batches.some((batch) => batch.join() === "2"));
  for (const batch of batches.filter((one) => one.join() !== "2"))
    assert.ok(Math.max(...batch.map((row) => [5, 4, 90, 6, 3][row]!)) * batch.length <= 20);
});

test("one-cycle rises to its peak at 30 % of the steps and falls to a thousandth", () => {
  const factors = [0, 300, 1000].map((step) => rateFactor("one-cycle", step, 1001));
  assert.deepEqual(
    factors.map((f) => Number(f.toFixed(6))),
    [0.04, 1, 0.001],
  );
  assert.equal(rateFactor("constant", 7, 10), 1);
});

test("the first AdamW step moves each number by the learning rate against its gradient, after decay", () => {
  const values = Float32Array.of(1, -2);
  const state = { ...newAdamState(2), steps: 1 };
  const rate = { learningRate: 0.1, weightDecay: 0.5 };
  adamwUpdate(values, state, Float32Array.of(4, -0.5), rate, { offset: 0, gradientOffset: 0, size: 2 });
  assert.ok(Math.abs(values[0]! - (0.95 - 0.1)) < 1e-5);
  assert.ok(Math.abs(values[1]! - (-1.9 + 0.1)) < 1e-5);
});

test("gradients are scaled together to the norm's limit, and left alone below it", () => {
  const gradients = [Float32Array.of(3), Float32Array.of(4)];
  assert.equal(clipByGlobalNorm(gradients, 1), 5);
  assert.ok(Math.abs(gradients[0]![0]! - 0.6) < 1e-6 && Math.abs(gradients[1]![0]! - 0.8) < 1e-6);
  assert.equal(clipByGlobalNorm([Float32Array.of(0.5)], null), 0.5);
});

test("the fitted calibration corrects log-odds that were doubled and shifted", () => {
  const rows = 4000;
  const logOdds = new Float64Array(rows);
  const labels: number[] = [];
  for (let i = 0; i < rows; i++) {
    const truth = ((i % 80) - 39.5) / 10;
    labels.push(Number((Math.floor(i / 80) + 0.5) / 50 < 1 / (1 + Math.exp(-truth))));
    logOdds[i] = 2 * truth + 0.6;
  }
  const { temperature, shift } = fitCalibration(logOdds, labels);
  assert.ok(Math.abs(temperature - 2) < 0.1, `${temperature}`);
  assert.ok(Math.abs(shift + 0.3) < 0.03, `${shift}`);
  const p = (values: Float64Array) => values.map((z) => 1 / (1 + Math.exp(-z)));
  assert.ok(expectedCalibrationError(p(logOdds.map((z) => z / temperature + shift)), labels) < 0.01);
  assert.ok(expectedCalibrationError(p(logOdds), labels) > 0.05);
});

test("rows with a larger weight count more in the calibration, and it ends for separable rows", () => {
  const logOdds = Float64Array.of(1, -1, 1, -1);
  const { temperature } = fitCalibration(logOdds, [1, 0, 0, 1], [3, 3, 1, 1]);
  assert.ok(Math.abs(1 / temperature - Math.log(3)) < 1e-6, "three of four times right at log-odds of 1");
  assert.ok(Number.isFinite(fitCalibration(Float64Array.of(1, -1), [1, 0]).temperature));
});
