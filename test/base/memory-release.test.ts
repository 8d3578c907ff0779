import assert from "node:assert/strict";
import { test } from "node:test";
import { ReleasePolicy } from "../../services/base/src/memory-release.ts";

const MIB = 2 ** 20;

/** Samples of every half second: the resident MiB, and whether the process is idle. */
function collections(
  samples: [number, boolean][],
  policy = new ReleasePolicy(768 * MIB, 250 * MIB),
): number[] {
  return samples.flatMap(([mib, calm], index) =>
    policy.decide({ resident: mib * MIB, calm, now: index * 500 }) ? [index] : [],
  );
}

test("a process that has grown collects garbage as soon as it is idle, and not while it works", () => {
  const work = Array.from({ length: 10 }, (): [number, boolean] => [400, false]);
  const calm = Array.from({ length: 4 }, (): [number, boolean] => [400, true]);
  assert.deepEqual(collections([...work, ...calm]), [13]);
});

test("a process that has not grown does not collect garbage", () => {
  assert.deepEqual(collections(Array.from({ length: 20 }, () => [270, true])), []);
});

test("near its memory limit a process collects garbage every two seconds, even while it works", () => {
  assert.deepEqual(collections(Array.from({ length: 9 }, () => [600, false])), [0, 4, 8]);
});

test("memory that five collections do not free counts as needed", () => {
  const found = collections(Array.from({ length: 80 }, () => [400, true]));
  assert.equal(found.length, 5);
});
