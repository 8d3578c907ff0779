import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { listening, startRecommender, start as startService } from "../../helpers/process.ts";

const run = promisify(execFile);
const npm = (...args: string[]) => run("npm", ["run", "--silent", ...args]);

/** The keys of a value and of all objects in it. */
function shape(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shape(inner)]));
}

test("the README's request gets the answer that it shows", async (t) => {
  const readme = await readFile("README.md", "utf8");
  const [, body = ""] = /curl \S+\/sentiment .* -d '([^']+)'/.exec(readme) ?? [];
  const [, answer = ""] = /```json\n([\s\S]+?)```/.exec(readme) ?? [];
  const url = await listening(startService(t, ["serve"], { MODEL_DIR: "" }));
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/sentiment`, { method: "POST", headers, body });
  const shown = JSON.parse(answer) as Record<string, unknown>;
  const got = (await response.json()) as typeof shown;
  assert.deepEqual(shape(got), shape(shown));
  assert.equal(got.label, shown.label);
  assert.ok(Math.abs(Number(got.score) - Number(shown.score)) < 0.001, `the score is ${got.score} now`);
  assert.deepEqual(got.model, shown.model);
});

test("npm run demo loads its corpus through both services and prints recommendations", async (t) => {
  const scores = await listening(startService(t, ["serve"]));
  const folder = await mkdtemp(path.join(tmpdir(), "undertone-demo-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  // The database is a file, because the thread that builds the neighbours opens it too.
  const database = { DATABASE_PATH: path.join(folder, "demo.db"), REBUILD_SECONDS: "1" };
  const url = await listening(startRecommender(t, { SENTIMENT_URL: scores, ...database }));
  const { stdout } = await npm("demo", "--", "--url", url, "--n", "2");
  assert.match(stdout, /stored/);
  assert.match(stdout, /For \w+:\n +1\. .+ liked \d+ % \(\d+ reviews\)/);
});

test("npm run score -- --text prints a result", async () => {
  const { stdout } = await npm("score", "--", "--text", "A wonderful film.");
  assert.equal(JSON.parse(stdout).label, "positive");
});

const TRAINER = ["-w", "trainer"];
for (const [script, ...workspace] of [
  ["train"],
  ["evaluate", ...TRAINER],
  ["experiment", ...TRAINER],
  ["rnn-lstm-study", ...TRAINER],
  ["score"],
  ["setup:trainer"],
] as const)
  test(`npm run ${script} -- --help names its options`, async () => {
    const { stdout } = await npm(script, ...workspace, "--", "--help");
    assert.match(stdout, /Usage:[\s\S]+--/);
  });
