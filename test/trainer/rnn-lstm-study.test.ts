import assert from "node:assert/strict";
import { test } from "node:test";
import { nativeTensorFlow } from "../../trainer/src/model/native.ts";

const skip = nativeTensorFlow() ? false : "the trainer is not set up (npm run setup:trainer)";
const TOKENS = 12;

/** Reviews of random words. The first word (`at` 0) or the last one is the label: word 1 or 2. */
function reviews(count: number, at: number, seed: number) {
  const ids = Array.from({ length: count }, (_, row) => {
    const words = Int32Array.from({ length: TOKENS }, (_, i) => 3 + ((row * 7 + i * 13 + seed) % 5));
    words[at] = 1 + (row % 2);
    return words;
  });
  return { ids, labels: ids.map((_, row) => row % 2) };
}

const table = Float32Array.from({ length: 8 * 4 }, (_, i) => Math.sin(i * 1.7));

test("each net learns the word next to its last state, and gradients are given by distance", {
  skip,
}, async () => {
  const { study } = await import("../../trainer/research/rnn-lstm-study/study.ts");
  const data = (at: number) => ({
    train: reviews(256, at, 0),
    validation: reviews(40, at, 3),
    table,
    depth: 4,
  });
  const options = { units: 8, epochs: 30, seeds: [0] };
  const last = study(data(TOKENS - 1), options, () => undefined);
  assert.deepEqual(
    last.map(({ kind, parameters }) => [kind, parameters]),
    [
      ["RNN", 12 * 8 + 8 + 18],
      ["LSTM", 12 * 32 + 32 + 18],
      ["BiLSTM", 2 * (12 * 32 + 32) + 34],
    ],
  );
  for (const { kind, accuracy, trained, atStart } of last) {
    assert.equal(accuracy, 1, kind);
    assert.equal(trained.length, TOKENS);
    assert.ok(atStart[0]! > atStart[5]!, `${kind}: the last word is felt more than one five steps back`);
  }
  const [rnn, , both] = last.map(({ atStart }) => atStart);
  assert.ok(both![TOKENS - 1]! > 3 * rnn![TOKENS - 1]!, "backwards, the first word is the nearest");
});

test("a plain RNN follows its equation at each step", { skip }, async () => {
  const tf = await import("../../trainer/src/model/tensorflow.ts");
  const { plainRnn } = await import("../../trainer/research/rnn-lstm-study/rnn.ts");
  const kernel = tf.tensor2d([[0.5], [-1.5], [0.8]]);
  const x = tf.tensor3d([[[1, 2]], [[-1, 0.5]]]);
  const found = plainRnn(x, { kernel, bias: tf.tensor1d([0.1]) }).dataSync();
  const first = Math.tanh(0.5 - 3 + 0.1);
  const second = Math.tanh(-0.5 - 0.75 + 0.8 * first + 0.1);
  for (const [i, expected] of [first, second].entries()) assert.ok(Math.abs(found[i]! - expected) < 1e-6);
});
