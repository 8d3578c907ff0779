import assert from "node:assert/strict";
import { test } from "node:test";
import { pad } from "@undertone/models";
import { scores } from "../../trainer/src/evaluation/metrics.ts";
import { publishedNetwork } from "../../trainer/src/export/network.ts";
import { nativeTensorFlow } from "../../trainer/src/model/native.ts";
import { linearTerms, ngramLayout, ngramSize } from "../../trainer/src/model/ngrams.ts";
import { initialParameters, parameterList } from "../../trainer/src/model/parameters.ts";
import type { Architecture } from "../../trainer/src/preset.ts";
import { generator } from "../../trainer/src/random.ts";

const skip = nativeTensorFlow() ? false : "TensorFlow's native library is not there (npm run setup:trainer)";

const WORDS = 40;
const tables = { bigramBits: 6, trigramBits: 7, learningRate: 0.001 };
const plain = { chunkLength: null, ngrams: null, output: "classes", thresholds: 1 } as const;
const ordinal = { output: "ordinal", thresholds: 3 } as const;

const architectures: Record<string, Architecture> = {
  "chunks, linear term and stars": {
    ...{ layers: 1, units: 8, bidirectional: true, head: "pool", embedding: 10 },
    ...{ ...ordinal, chunkLength: 7, ngrams: tables },
  },
  "two layers, one direction, chunks and stars": {
    ...{ layers: 2, units: 6, bidirectional: false, head: "pool", embedding: 7 },
    ...{ ...ordinal, chunkLength: 4, ngrams: null },
  },
  "whole texts, the article's head and two classes": {
    ...{ layers: 2, units: 5, bidirectional: true, head: "first-last", embedding: 6 },
    ...plain,
  },
};

const SCALE = { values: [1, 2, 4, 5], middle: 1 };
const CLASSES = { values: [0, 1], middle: 0 };

function randomNetwork(architecture: Architecture) {
  const random = generator(3);
  const table = Float32Array.from({ length: WORDS * architecture.embedding }, () => 2 * random() - 1);
  const layout = architecture.ngrams ? ngramLayout(WORDS, architecture.ngrams) : undefined;
  const ngrams = Float32Array.from({ length: layout ? ngramSize(layout) : 0 }, () => random() - 0.5);
  const list = parameterList(architecture);
  const parameters = initialParameters(list, 1).map((value) => value * 2);
  const rows = Array.from({ length: 60 }, (_, i) =>
    Int32Array.from({ length: 1 + ((i * 7) % 30) }, () => 1 + Math.floor((WORDS - 1) * random())),
  );
  const scale = architecture.output === "ordinal" ? SCALE : CLASSES;
  return {
    rows,
    scale,
    network: publishedNetwork({ architecture, list, parameters, table, ngrams, layout }),
  };
}

for (const [name, architecture] of Object.entries(architectures)) {
  test(`TensorFlow.js and onnxruntime give the same scores and stars, alone and in batches: ${name}`, {
    skip,
  }, async () => {
    const { exportOnnx } = await import("../../trainer/src/export/onnx/export.ts");
    const { checkParity } = await import("../../trainer/src/export/parity.ts");
    const { onnxOutputs } = await import("../../trainer/src/export/onnx/runtime.ts");
    const { WorkerPool } = await import("../../trainer/src/fit/worker-pool.ts");
    const { rows, scale, network } = randomNetwork(architecture);
    const { table, parameters, ngrams, layout } = network;
    const temperature = 1.7;
    const pool = new WorkerPool(1);
    try {
      await pool.tell({ kind: "start", architecture, table });
      await pool.tell({ kind: "set", parameters });
      const found = await pool.predict(rows, linearTerms(rows, ngrams, layout));
      const logits = found.map((value) => value / temperature);
      const options = { temperature, shift: 0.4, scale, version: "1.0.0" };
      const graph = await exportOnnx(network, options);
      assert.deepEqual(graph, await exportOnnx(network, options), "the same network gives the same bytes");
      assert.ok((await checkParity(graph, rows, logits, { ...scale, shift: 0.4 })) < 1e-5);
      const { logits: pairs, stars } = await onnxOutputs(graph, rows, 8);
      const spread = scores(pairs);
      assert.ok(Math.max(...spread) - Math.min(...spread) > 0.01, "the scores differ from text to text");
      assert.equal(stars !== undefined, architecture.output === "ordinal");
      for (const size of [1, 3, 60]) {
        const again = scores((await onnxOutputs(graph, rows, size)).logits);
        for (const [i, p] of again.entries()) assert.ok(Math.abs(p - spread[i]!) < 1e-5, "batch mates count");
      }
      const other = await exportOnnx(network, { ...options, temperature: 1 });
      await assert.rejects(checkParity(other, rows, logits, { ...scale, shift: 0.4 }), /differ by/);
    } finally {
      pool.close();
    }
  });
}

test("training starts from a published graph with the same weights, and another shape is refused", async () => {
  const { exportOnnx } = await import("../../trainer/src/export/onnx/export.ts");
  const { importOnnx } = await import("../../trainer/src/export/onnx/import.ts");
  for (const name of ["chunks, linear term and stars", "two layers, one direction, chunks and stars"]) {
    const { network } = randomNetwork(architectures[name]!);
    const { list, parameters, table, ngrams } = network;
    const temperature = 1.7;
    const graph = await exportOnnx(network, { temperature, shift: 0.4, scale: SCALE, version: "1.0.0" });
    const found = await importOnnx(graph, list, temperature);
    assert.deepEqual(found.table, table);
    assert.deepEqual(found.ngrams, ngrams);
    assert.equal(found.parameters.length, parameters.length);
    for (const [i, value] of found.parameters.entries()) assert.ok(Math.abs(value - parameters[i]!) < 1e-6);
    const wider = parameterList({ ...network.architecture, units: network.architecture.units + 1 });
    await assert.rejects(importOnnx(graph, wider, temperature), /numbers, expected/);
  }
});

test("an adversarial step moves the vectors against the label, and a step of length 0 changes no gradient", {
  skip,
}, async () => {
  const { WorkerPool } = await import("../../trainer/src/fit/worker-pool.ts");
  const architecture = architectures["chunks, linear term and stars"]!;
  const { rows, network } = randomNetwork(architecture);
  const { table, parameters } = network;
  const batch = { ...pad(rows), linear: new Float32Array(rows.length) };
  const targets = Float32Array.from({ length: rows.length * 3 }, (_, i) => i % 2);
  const weights = new Float32Array(targets.length).fill(1);
  const noise = { dropout: { words: 0, embeddings: 0.2, head: 0.2, ngrams: 0 }, seed: 1 };
  const pool = new WorkerPool(1);
  try {
    await pool.tell({ kind: "start", architecture, table });
    await pool.tell({ kind: "set", parameters });
    const ask = (adversarialNorm: number) =>
      pool.ask(0, {
        ...{ kind: "gradients", batch, targets, weights, noise, trainEmbeddings: true, adversarialNorm },
      });
    const [none, tiny, some] = [await ask(0), await ask(1e-7), await ask(0.05)];
    const distance = (a: Float32Array, b: Float32Array) =>
      Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0));
    const norm = distance(none.gradient!, new Float32Array(parameters.length));
    assert.ok(distance(tiny.gradient!, none.gradient!) < 1e-3 * norm);
    assert.ok(distance(some.gradient!, none.gradient!) > 1e-2 * norm);
    assert.deepEqual(some.rows!.ids, none.rows!.ids);
    // The gradient of a text's log-odds is the sum of p - t, which grows when the vectors move
    // against the labels.
    const errors = (answer: typeof none) =>
      answer.linearGradient!.reduce((sum, value) => sum + Math.abs(value), 0);
    assert.ok(errors(some) > errors(none));
  } finally {
    pool.close();
  }
});

test("the linear term depends on the order of words, because it has bigrams and trigrams", async () => {
  const { exportOnnx } = await import("../../trainer/src/export/onnx/export.ts");
  const { onnxOutputs } = await import("../../trainer/src/export/onnx/runtime.ts");
  const { network } = randomNetwork(architectures["chunks, linear term and stars"]!);
  const silent = { ...network, parameters: network.parameters.map(() => 0) };
  const graph = await exportOnnx(silent, { temperature: 1, shift: 0, scale: SCALE, version: "1.0.0" });
  const rows = [Int32Array.of(5, 6, 7), Int32Array.of(7, 6, 5), Int32Array.of(9)];
  const { logits } = await onnxOutputs(graph, rows, 3);
  const expected = linearTerms(rows, network.ngrams, network.layout);
  for (const [i, value] of expected.entries())
    assert.ok(Math.abs(logits[2 * i + 1]! - logits[2 * i]! - value) < 1e-5);
  assert.notEqual(expected[0], expected[1]);
});

test("stars and score rise together, because they come from one latent value", async () => {
  const { exportOnnx } = await import("../../trainer/src/export/onnx/export.ts");
  const { onnxOutputs } = await import("../../trainer/src/export/onnx/runtime.ts");
  const { network, rows } = randomNetwork(architectures["chunks, linear term and stars"]!);
  const graph = await exportOnnx(network, { temperature: 1, shift: 0, scale: SCALE, version: "1.0.0" });
  const { logits, stars } = await onnxOutputs(graph, rows, 8);
  const p = scores(logits);
  const order = [...p.keys()].sort((a, b) => p[a]! - p[b]!);
  for (const [i, row] of order.slice(1).entries()) assert.ok(stars![row]! >= stars![order[i]!]!);
});
