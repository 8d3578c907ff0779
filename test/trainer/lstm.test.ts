import assert from "node:assert/strict";
import { test } from "node:test";
import { nativeTensorFlow } from "../../trainer/src/native.ts";

const skip = nativeTensorFlow() ? false : "TensorFlow's native library is not there (npm run setup:trainer)";
const TOLERANCE = 1e-5;

async function rooms() {
  const tf = await import("@tensorflow/tfjs-node-gpu");
  const { referenceLstm } = await import("../../trainer/src/lstm/reference.ts");
  const { fusedLstm } = await import("../../trainer/src/lstm/fused.ts");
  const { lstmLayer } = await import("../../trainer/src/lstm/directions.ts");
  return { tf, referenceLstm, fusedLstm, lstmLayer };
}

const largest = (a: Float32Array, b: Float32Array) =>
  a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0);

test("the fused LSTM computes what the equations say, and so do its gradients", { skip }, async () => {
  const { tf, referenceLstm, fusedLstm } = await rooms();
  const [time, batch, depth, units] = [7, 3, 5, 4];
  const x = tf.randomNormal([time, batch, depth], 0, 1, "float32", 1) as never;
  const kernel = tf.randomNormal([depth + units, 4 * units], 0, 0.5, "float32", 2) as never;
  const bias = tf.randomNormal([4 * units], 0, 0.5, "float32", 3) as never;
  const weight = tf.randomNormal([time, batch, units], 0, 1, "float32", 4);
  const run = (lstm: typeof fusedLstm) =>
    tf.valueAndGrads((...[a, b, c]: InstanceType<typeof tf.Tensor>[]) =>
      tf.sum(tf.mul(lstm(a as never, { kernel: b as never, bias: c as never }), weight)),
    )([x, kernel, bias]);
  const expected = run(referenceLstm);
  const found = run(fusedLstm);
  assert.ok(
    largest(found.value.dataSync() as Float32Array, expected.value.dataSync() as Float32Array) < 1e-4,
  );
  for (const [i, gradient] of expected.grads.entries()) {
    const difference = largest(
      found.grads[i]!.dataSync() as Float32Array,
      gradient.dataSync() as Float32Array,
    );
    assert.ok(difference < 10 * TOLERANCE, `gradient ${i}: ${difference}`);
  }
});
