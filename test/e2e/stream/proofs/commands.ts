import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { test } from "node:test";
import { PARKED, REVIEWS, SCORES } from "@undertone/streams";
import { scoresOverHttp } from "../http-scores.ts";
import { startProgram } from "../programs.ts";
import { reviews } from "../reviews.ts";
import { Scene, startServer, temporaryFolder } from "../scene.ts";

test("one publish and one collect give a scored file, and both go on where they stopped", async (t) => {
  const scene = await Scene.open(t, [await startServer(t)]);
  const folder = await temporaryFolder(t);
  const input = path.join(folder, "reviews.csv");
  const output = path.join(folder, "scores.jsonl");
  const all = reviews(1_000);
  const http = await scoresOverHttp(t, all);
  const lines = all.map(({ id, text }) => `${id},${text}`);
  await writeFile(input, ["id,text", ...lines.slice(0, 600)].join("\n"));
  const worker = await scene.worker();

  const published = await scene.run("publish", input).ended;
  assert.match(published.stderr, /^600 rows: 600 published, 0 without a review/);
  assert.equal(published.code, 0);
  assert.equal((await scene.run("collect", output).ended).code, 0);
  assert.equal(await countLines(output), 600);

  await writeFile(input, ["id,text", ...lines].join("\n"));
  const again = await scene.run("publish", input).ended;
  assert.equal(again.code, 1);
  assert.match(again.stderr, /Continue it with --resume/);
  assert.equal((await scene.run("publish", input, "--resume").ended).code, 0);
  assert.equal(await scene.reviewsStored(), 1_000);
  assert.equal((await scene.run("collect", output, "--resume").ended).code, 0);
  const rows = (await readFile(output, "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(rows.length, 1_000);
  for (const { id, sentiment_score } of rows)
    assert.ok(Math.abs(sentiment_score - http.get(id)!) < 1e-6, `${id} ${sentiment_score}`);

  // A machine that only collects has no model folder: the stream knows its models.
  const elsewhere = { ...scene.env, MODEL_DIR: path.join(folder, "no-model") };
  const first = path.join(folder, "first.jsonl");
  assert.equal((await startProgram(t, "main", ["collect", first], elsewhere).ended).code, 0);
  assert.equal(await countLines(first), 1_000);
  const named = path.join(folder, "named.csv");
  assert.equal((await scene.run("collect", named, "--model", "tiny@1.0.0").ended).code, 0);
  assert.equal(await countLines(named), 1_001);
  const unknown = await scene.run("collect", path.join(folder, "x.csv"), "--model", "tiny@2.0.0").ended;
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /--model: expected one of .* \(tiny@1\.0\.0\), found tiny@2\.0\.0/);
  assert.match((await scene.run("collect", named, "--model", "tiny").ended).stderr, /expected NAME@VERSION/);

  // A version with other columns, or another file, began what is to be continued.
  const collected = JSON.parse(await readFile(`${named}.collected`, "utf8"));
  await writeFile(`${named}.collected`, JSON.stringify({ ...collected, columns: ["id", "score"] }));
  const upgraded = await scene.run("collect", named, "--resume", "--model", "tiny@1.0.0").ended;
  assert.equal(upgraded.code, 1);
  assert.match(upgraded.stderr, /named\.csv\.collected: .* found id, score\. Finish it with the version/);
  await writeFile(`${named}.collected`, JSON.stringify({ ...collected, columns: undefined }));
  const older = await scene.run("collect", named, "--resume", "--model", "tiny@1.0.0").ended;
  assert.match(older.stderr, /expected the progress of a run of this command and version/);
  await writeFile(input, ["id,text", ...lines.map((line) => `${line} again`)].join("\n"));
  const changed = await scene.run("publish", input, "--resume").ended;
  assert.match(changed.stderr, /does not begin with the rows that were published before\. Remove/);

  const metrics = await (await fetch(`${worker.url}/metrics`)).text();
  assert.match(metrics, /stream_answers_total\{outcome="ok",stored="true"\} 1000/);
  assert.match(metrics, /stream_pending_reviews 0/);
  assert.match(
    (await scene.run("worker", "status").ended).stdout,
    /answered {3}1000 of 1000 reviews \(100\.0 %\)/,
  );
  worker.child.kill("SIGTERM");
  assert.equal((await worker.ended).code, 0);
});

test("setup creates what is missing, changes nothing when all is right, and refuses what contradicts", async (t) => {
  const scene = await Scene.open(t, [await startServer(t)]);
  for (const { stream } of [REVIEWS, SCORES, PARKED]) await scene.jsm.streams.delete(stream);
  const first = await scene.run("worker", "setup").ended;
  assert.equal(first.stdout, `${CREATED.join("\n")}\n`);
  assert.equal((await scene.run("worker", "setup").ended).stdout, "nothing to do\n");
  scene.env.STREAM_MAX_BYTES = "1000000";
  const refused = await scene.run("worker", "setup").ended;
  assert.equal(refused.code, 1);
  for (const { stream } of [REVIEWS, SCORES, PARKED])
    assert.match(
      refused.stderr,
      new RegExp(`undertone: stream ${stream}: max_bytes: expected 1000000, found -1`),
    );
  const worker = await scene.run("worker").ended;
  assert.equal(worker.code, 1);
  assert.match(worker.stderr, /max_bytes/);
});

const CREATED = ["stream REVIEWS", "stream SCORES", "stream PARKED", "consumer sentiment-tiny-1_0_0"].map(
  (name) => `created ${name}`,
);

async function countLines(file: string): Promise<number> {
  return (await readFile(file, "utf8")).trim().split("\n").length;
}
