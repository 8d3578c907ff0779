import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { hasPackedVectors } from "../../../trainer/src/data/packed-vectors.ts";
import { nativeTensorFlow } from "../../../trainer/src/model/native.ts";

const ready = nativeTensorFlow() && hasPackedVectors();
const skip = ready ? false : "the trainer is not set up (npm run setup:trainer)";

/** Starts `npm run train` with preset tiny. Returns the process and the folder of its model. */
async function start(run?: string, ...more: string[]) {
  const folder = run ?? (await mkdtemp(path.join(os.tmpdir(), "stopped-")));
  const out = path.join(folder, "model");
  const flags = ["--preset", "tiny", "--corpus", "test/fixtures/reviews.csv", "--run", folder, "--out", out];
  const child = spawn(
    process.execPath,
    ["--import", "./typescript.mjs", "trainer/src/cli/train.ts", ...flags, ...more],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  return { child, run: folder, graph: path.join(out, "model.onnx") };
}

/** The epochs that the run trained, by its output. */
async function finish(child: ChildProcess): Promise<number[]> {
  const exit = once(child, "exit");
  const epochs: number[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    const [, epoch] = /^(\d+) +\d/.exec(line) ?? [];
    if (epoch !== undefined) epochs.push(Number(epoch));
  }
  assert.deepEqual(await exit, [0, null]);
  return epochs;
}

/** Resolves when the run prints the figures of its second epoch. */
async function secondEpoch(child: ChildProcess): Promise<void> {
  const seen: string[] = [];
  for await (const line of createInterface({ input: child.stdout! })) {
    seen.push(line);
    if (/^2 +\d/.test(line)) return;
  }
  assert.fail(`no second epoch in:\n${seen.join("\n")}`);
}

const isAlive = (pid: number) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

for (const [signal, end] of [
  ["SIGINT", [130, null]],
  ["SIGKILL", [null, "SIGKILL"]],
] as const) {
  test(`${signal} during training loses at most the current epoch`, {
    skip: skip || (process.platform === "linux" ? false : "reads /proc"),
  }, async () => {
    const whole = await start();
    assert.equal((await finish(whole.child))[0], 1);

    const broken = await start();
    await secondEpoch(broken.child);
    const { pid } = broken.child;
    const pool = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").map(Number);
    const exit = once(broken.child, "exit");
    broken.child.kill(signal);
    assert.deepEqual(await exit, end);
    assert.ok(!existsSync(broken.graph));
    assert.ok(pool.length >= 2, `${pool}`);
    for (let i = 0; i < 100 && pool.some(isAlive); i++) await sleep(100);
    assert.deepEqual(pool.filter(isAlive), [], "training processes that outlived their parent");

    const resumed = await start(broken.run, "--resume");
    const [first] = await finish(resumed.child);
    assert.ok(first! >= 3, `went on at epoch ${first}`);
    assert.ok(readFileSync(resumed.graph).equals(readFileSync(whole.graph)));
  });
}
