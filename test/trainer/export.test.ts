import assert from "node:assert/strict";
import { test } from "node:test";
import { scores } from "../../trainer/src/evaluation/metrics.ts";
import { nativeTensorFlow } from "../../trainer/src/model/native.ts";
import { initialParameters, parameterList } from "../../trainer/src/model/parameters.ts";
import { expectedStars } from "../../trainer/src/model/star-head.ts";
import type { Architecture } from "../../trainer/src/preset.ts";
import { generator } from "../../trainer/src/random.ts";

const skip = nativeTensorFlow() ? false : "TensorFlow's native library is not there (npm run setup:trainer)";

const architectures: Architecture[] = [
  { layers: 1, units: 8, bidirectional: true, head: "pool", embedding: 10 },
  { layers: 2, units: 5, bidirectional: true, head: "first-last", embedding: 6 },
  { layers: 2, units: 6, bidirectional: false, head: "pool", embedding: 7 },
];

/** Of four ratings; no two weights alike. */
const starHead = (features: number) => ({
  values: [1, 2, 4, 5],
  kernel: Float32Array.from({ length: features }, (_, i) => Math.sin(i + 1)),
  biases: Float32Array.of(1, 0.2, -1.5),
});

for (const architecture of architectures) {
  const { layers, bidirectional, head } = architecture;
  const name = `${layers} layer(s), ${bidirectional ? "two directions" : "one direction"}, head ${head}`;
  test(`TensorFlow.js and onnxruntime give the same scores and stars, alone and in batches: ${name}`, {
    skip,
  }, async () => {
    const { exportOnnx } = await import("../../trainer/src/export/onnx/export.ts");
    const { checkParity } = await import("../../trainer/src/export/parity.ts");
    const { WorkerPool } = await import("../../trainer/src/fit/worker-pool.ts");
    const random = generator(3);
    const table = Float32Array.from({ length: 40 * architecture.embedding }, () => 2 * random() - 1);
    const rows = Array.from({ length: 50 }, (_, i) =>
      Int32Array.from({ length: 1 + ((i * 7) % 30) }, () => 1 + Math.floor(39 * random())),
    );
    const list = parameterList(architecture);
    const parameters = initialParameters(list, 1).map((v) => v * 2);
    const temperature = 1.7;
    const pool = new WorkerPool(1);
    try {
      await pool.tell({ kind: "start", architecture, table });
      await pool.tell({ kind: "set", parameters });
      const logits = (await pool.predict(rows)).map((v) => v / temperature);
      const features = await pool.features(rows);
      const stars = starHead(features.length / rows.length);
      const estimated = expectedStars(stars, features);
      const network = { architecture, list, parameters, table, temperature, stars };
      const graph = await exportOnnx(network, "1.0.0");
      assert.deepEqual(graph, await exportOnnx(network, "1.0.0"));
      const both = { logits, stars: { estimated, scale: 4 } };
      assert.ok((await checkParity(graph, rows, both)) < 1e-5);
      assert.ok(Math.max(...estimated) - Math.min(...estimated) > 0.01, "the stars differ from text to text");
      const moved = { logits, stars: { estimated: estimated.map((s) => s + 0.001), scale: 4 } };
      await assert.rejects(checkParity(graph, rows, moved), /differ by/);
      await assert.rejects(checkParity(graph, rows, { logits }), /only one of .* gives stars/);
      const spread = scores(logits);
      assert.ok(Math.max(...spread) - Math.min(...spread) > 0.01, "the scores differ from text to text");
      const other = await exportOnnx({ ...network, temperature: 1 }, "1.0.0");
      await assert.rejects(checkParity(other, rows, both), /differ by/);
    } finally {
      pool.close();
    }
  });
}

test("a graph that is built once is written with any temperature, the same as if it were built for it", async () => {
  const { buildGraph, exportOnnx } = await import("../../trainer/src/export/onnx/export.ts");
  const architecture = architectures[0]!;
  const list = parameterList(architecture);
  const table = new Float32Array(5 * architecture.embedding).fill(0.1);
  const network = { architecture, list, parameters: initialParameters(list, 1), table };
  const built = buildGraph(network);
  const first = await built.serialize(1, "1.0.0");
  assert.deepEqual(
    await built.serialize(2.5, "1.0.0"),
    await exportOnnx({ ...network, temperature: 2.5 }, "1.0.0"),
  );
  assert.deepEqual(await built.serialize(1, "1.0.0"), first);
});

test("the int8 graph's scores and stars, one text at a time, stay near float32's", async () => {
  const { exportOnnx } = await import("../../trainer/src/export/onnx/export.ts");
  const { graphAnswers } = await import("../../trainer/src/export/onnx/calibrate.ts");
  const { FLOAT32, INT8 } = await import("../../trainer/src/export/onnx/precision.ts");
  const random = generator(4);
  for (const architecture of architectures) {
    const table = Float32Array.from({ length: 40 * architecture.embedding }, () => 2 * random() - 1);
    const rows = Array.from({ length: 50 }, (_, i) =>
      Int32Array.from({ length: 1 + ((i * 7) % 30) }, () => 1 + Math.floor(39 * random())),
    );
    const list = parameterList(architecture);
    const features = list.find(({ name }) => name === "dense.kernel")!.shape[0]!;
    const parameters = initialParameters(list, 1);
    const network = { architecture, list, parameters, table, temperature: 0.5, stars: starHead(features) };
    const float32 = await exportOnnx(network, "1.0.0");
    const int8 = await exportOnnx(network, "1.0.0", INT8);
    assert.ok(int8.length < float32.length);
    const exact = await graphAnswers(float32, FLOAT32, rows);
    const found = await graphAnswers(int8, INT8, rows);
    for (const [a, b, tolerance] of [
      [exact.scores, found.scores, 0.02],
      [exact.stars!, found.stars!, 0.08],
    ] as const) {
      const largest = Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
      assert.ok(largest > 0 && largest < tolerance, `differs by ${largest}`);
      assert.ok(Math.max(...a) - Math.min(...a) > 0.05, "the answers differ from text to text");
    }
  }
});
