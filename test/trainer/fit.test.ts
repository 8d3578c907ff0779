import assert from "node:assert/strict";
import { test } from "node:test";
import { expectedCalibrationError, fitTemperature, scores } from "../../trainer/src/evaluation/metrics.ts";
import { adamwUpdate, clipByGlobalNorm, newAdamState } from "../../trainer/src/fit/adamw.ts";
import { epochBatches, shards } from "../../trainer/src/fit/batches.ts";
import { newTrainingState } from "../../trainer/src/fit/checkpoint.ts";
import { fit } from "../../trainer/src/fit/fit.ts";
import type { Request } from "../../trainer/src/fit/messages.ts";
import { rateFactor } from "../../trainer/src/fit/schedule.ts";
import type { WorkerPool } from "../../trainer/src/fit/worker-pool.ts";
import { readPreset } from "../../trainer/src/preset.ts";

test("a loss that is not finite stops the run and says at which batch", async () => {
  const answer = { loss: Number.NaN, right: 0, gradient: new Float32Array(3) };
  const pool = { tell: async () => undefined, ask: async () => answer } as unknown as WorkerPool;
  const examples = { ids: [Int32Array.of(2), Int32Array.of(3)], labels: [0, 1] };
  const run = fit(newTrainingState(new Float32Array(3), new Float32Array(8)), {
    preset: await readPreset("tiny"),
    pool,
    train: examples,
    validation: examples,
    onStep: () => undefined,
    onEpoch: async () => undefined,
  });
  await assert.rejects(run, /epoch 1, batch 1: loss is NaN/);
});

test("a share of the rows is cut to windows of the row's own ids, with the row's target", async () => {
  const preset = { ...(await readPreset("tiny")), epochs: 1, dropout: { words: 0, embeddings: 0, head: 0 } };
  const rows = Array.from({ length: 400 }, (_, row) =>
    Int32Array.from({ length: 50 }, (_, i) => 1000 * row + i),
  );
  const seen: { length: number; first: number; last: number; target: number }[] = [];
  const pool = {
    tell: async () => undefined,
    predict: async () => new Float32Array(2),
    ask: async (_turn: number, request: Request) => {
      if (request.kind !== "gradients") return {};
      const { ids, lengths, time } = request.batch;
      for (const [row, length] of lengths.entries()) {
        const [first, last] = [ids[row * time]!, ids[row * time + length - 1]!];
        seen.push({ length, first, last, target: request.targets[row]! });
      }
      return { loss: 1, right: 0, gradient: new Float32Array(3) };
    },
  } as unknown as WorkerPool;
  await fit(newTrainingState(new Float32Array(3), new Float32Array(8)), {
    preset: { ...preset, windows: { share: 0.5, minimum: 5, maximum: 20 } },
    pool,
    train: { ids: rows, labels: rows.map((_, row) => row / 400) },
    validation: { ids: [Int32Array.of(2)], labels: [0] },
    onStep: () => undefined,
    onEpoch: async () => undefined,
  });
  const cut = seen.filter(({ length }) => length < 50);
  assert.equal(seen.length, 400);
  assert.ok(cut.length > 150 && cut.length < 250, `${cut.length}`);
  assert.ok(cut.every(({ length }) => length >= 5 && length <= 20));
  for (const { length, first, last, target } of seen) {
    assert.equal(last - first, length - 1);
    assert.ok(Math.abs(target - Math.floor(first / 1000) / 400) < 1e-6);
  }
});

test("an epoch holds every row once, a pure function of the seed, similar lengths together", () => {
  const lengths = Array.from({ length: 200 }, (_, i) => 1 + ((i * 37) % 100));
  const batches = epochBatches(lengths, 16, true, 3);
  assert.deepEqual(
    batches.flat().sort((a, b) => a - b),
    [...lengths.keys()],
  );
  assert.deepEqual(epochBatches(lengths, 16, true, 3), batches);
  assert.notDeepEqual(epochBatches(lengths, 16, true, 4), batches);
  for (const batch of batches) {
    const within = batch.map((row) => lengths[row]!);
    assert.ok(Math.max(...within) - Math.min(...within) <= 10);
  }
  assert.deepEqual(shards([1, 2, 3], 2), [[1, 3], [2]]);
  assert.deepEqual(shards([1], 2), [[1]]);
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

test("the fitted temperature undoes logits that are twice too sure", () => {
  const rows = 4000;
  const logits = new Float32Array(2 * rows);
  const labels: number[] = [];
  for (let i = 0; i < rows; i++) {
    const logit = ((i % 80) - 39.5) / 10;
    labels.push(Number((Math.floor(i / 80) + 0.5) / 50 < 1 / (1 + Math.exp(-logit))));
    logits[2 * i + 1] = 2 * logit;
  }
  const temperature = fitTemperature(logits, labels);
  assert.ok(Math.abs(temperature - 2) < 0.1, `${temperature}`);
  assert.ok(expectedCalibrationError(scores(logits, temperature), labels) < 0.01);
  assert.ok(expectedCalibrationError(scores(logits), labels) > 0.05);
});
