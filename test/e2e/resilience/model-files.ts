import assert from "node:assert/strict";
import { cp, mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { figure } from "./figures.ts";
import { batchBody } from "./reviews.ts";
import { MODEL_DIR, startService } from "./service.ts";

/** Ways to damage a model's folder while the service runs, with the expected line of the log. */
const BREAKS: [string, (dir: string) => Promise<void>, RegExp][] = [
  [
    "the graph cut short",
    (dir) => truncate(path.join(dir, "model.onnx"), 1_000),
    /model\.onnx: expected \d+ bytes, found 1000/,
  ],
  ["the words overwritten", (dir) => writeFile(path.join(dir, "vocab.json"), "{}"), /vocab\.json: expected/],
  [
    "the manifest no JSON",
    (dir) => writeFile(path.join(dir, "manifest.json"), "{"),
    /manifest\.json: expected/,
  ],
  ["everything gone", (dir) => rm(dir, { recursive: true }), /manifest\.json: expected/],
];

test("if model files break on disk, the service goes on, and SIGHUP keeps the old model", async (t) => {
  const parent = await mkdtemp(path.join(tmpdir(), "undertone-broken-"));
  t.after(() => rm(parent, { recursive: true }));
  const dir = path.join(parent, "model");
  const restore = () => cp(MODEL_DIR, dir, { recursive: true });
  await restore();
  const { client, child, output } = await startService(t, { MODEL_DIR: dir, LOG_LEVEL: "info" });
  const said = async (line: RegExp, from: number) => {
    while (!line.test(output.stdout.slice(from))) await sleep(20);
  };
  const body = batchBody(0, 8);
  const { body: right } = await client.post("/sentiment/batch", body);
  let stopped = false;
  let answered = 0;
  const load = Array.from({ length: 2 }, async () => {
    for (; !stopped; answered += 1) {
      const { status, body: scored } = await client.post("/sentiment/batch", body);
      assert.equal(status, 200);
      assert.equal(scored, right);
    }
  });
  for (const [, breakFiles, reason] of BREAKS) {
    const from = output.stdout.length;
    await breakFiles(dir);
    child.kill("SIGHUP");
    await said(/model not reloaded: .* goes on/, from);
    assert.match(output.stdout.slice(from), reason);
    await restore();
  }
  const from = output.stdout.length;
  child.kill("SIGHUP");
  await said(/"model reloaded"/, from);
  stopped = true;
  await Promise.all(load);
  figure(
    t,
    "model files broken on disk",
    `${BREAKS.map(([what]) => what).join(", ")}: SIGHUP refused each with its reason, ` +
      `${answered} requests beside it all scored the same; restored, SIGHUP loaded it`,
  );
});
