import assert from "node:assert/strict";
import { test } from "node:test";
import type { LstmWeights } from "../../trainer/src/model/lstm/weights.ts";
import { nativeTensorFlow } from "../../trainer/src/model/native.ts";
import type { Rank, Tensor } from "../../trainer/src/model/tensorflow.ts";

const skip = nativeTensorFlow() ? false : "TensorFlow's native library is not there (npm run setup:trainer)";
const SAME_STATE = 1e-5;
const SAME_GRADIENT = 1e-4;

async function rooms() {
  const tf = await import("../../trainer/src/model/tensorflow.ts");
  const { referenceLstm } = await import("../../trainer/src/model/lstm/reference.ts");
  const { fusedLstm } = await import("../../trainer/src/model/lstm/fused.ts");
  const { lstmLayer } = await import("../../trainer/src/model/lstm/directions.ts");
  const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 0.7, "float32", seed);
  const weights = (depth: number, units: number, seed: number) =>
    ({
      kernel: normal([depth + units, 4 * units], seed),
      bias: normal([4 * units], seed + 1),
    }) as LstmWeights;
  return { tf, referenceLstm, fusedLstm, lstmLayer, normal, weights };
}

function largest(a: Tensor, b: Tensor): number {
  const [x, y] = [a.dataSync() as Float32Array, b.dataSync() as Float32Array];
  assert.equal(x.length, y.length);
  return x.reduce((m, v, i) => Math.max(m, Math.abs(v - y[i]!)), 0);
}

for (const directions of [1, 2]) {
  test(`stacked layers of ${directions} direction(s) with true lengths have the states of the equations`, {
    skip,
  }, async () => {
    const { tf, referenceLstm, fusedLstm, lstmLayer, normal, weights } = await rooms();
    const lengths = tf.tensor1d([9, 1, 4], "int32");
    const x = normal([9, 3, 6], 1) as Tensor<Rank.R3>;
    const layers = [6, 4 * directions].map((depth, l) =>
      Array.from({ length: directions }, (_, d) => weights(depth, 4, 10 * l + 2 * d + 5)),
    );
    const run = (lstm: typeof fusedLstm) =>
      layers.reduce((h, layer) => lstmLayer(lstm, h, lengths, layer), x);
    const within = tf.less(tf.reshape(tf.range(0, 9), [9, 1, 1]), tf.reshape(lengths, [1, 3, 1]));
    const [found, expected] = [run(fusedLstm), run(referenceLstm)].map((h) =>
      tf.where(within, h, tf.zerosLike(h)),
    );
    assert.ok(largest(found!, expected!) < SAME_STATE);
  });
}

test("the gradients of the fused LSTM equal those of the equations and finite differences", {
  skip,
}, async () => {
  const { tf, referenceLstm, fusedLstm, lstmLayer, normal, weights } = await rooms();
  const lengths = tf.tensor1d([7, 3], "int32");
  const inputs = [
    normal([7, 2, 4], 1),
    ...[3, 5].flatMap((s) => Object.values(weights(4, 4, s)) as Tensor[]),
  ];
  const mix = normal([7, 2, 8], 9);
  const within = tf.cast(
    tf.less(tf.reshape(tf.range(0, 7), [7, 1, 1]), tf.reshape(lengths, [1, 2, 1])),
    "float32",
  );
  const loss =
    (lstm: typeof fusedLstm) =>
    (...[x, k1, b1, k2, b2]: Tensor[]) => {
      const directions = [
        { kernel: k1, bias: b1 },
        { kernel: k2, bias: b2 },
      ] as LstmWeights[];
      const h = lstmLayer(lstm, x as Tensor<Rank.R3>, lengths, directions);
      return tf.sum(tf.mul(tf.mul(h, within), mix)) as Tensor<Rank.R0>;
    };
  const expected = tf.grads(loss(referenceLstm))(inputs);
  const found = tf.grads(loss(fusedLstm))(inputs);
  for (const [i, gradient] of found.entries()) {
    assert.ok(largest(gradient, expected[i]!) < SAME_GRADIENT, `input ${i}`);
    const at = Math.floor(gradient.size / 2);
    const moved = (by: number) => {
      const values = inputs[i]!.dataSync().slice() as Float32Array;
      values[at]! += by;
      return loss(fusedLstm)(
        ...inputs.map((t, k) => (k === i ? tf.tensor(values, t.shape) : t)),
      ).dataSync()[0]!;
    };
    const slope = (moved(0.01) - moved(-0.01)) / 0.02;
    assert.ok(Math.abs(slope - gradient.dataSync()[at]!) < 5e-3, `input ${i}: ${slope} by differences`);
  }
});
