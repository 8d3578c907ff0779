import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { startApp } from "../helpers/app.ts";
import { startRecommender } from "../helpers/recommender.ts";

const MAIN = fileURLToPath(new URL("../../services/recommender/src/demo/main.ts", import.meta.url));

async function demo(t: TestContext, content: string | Buffer) {
  const folder = mkdtempSync(path.join(tmpdir(), "undertone-demo-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, "corpus");
  writeFileSync(file, content);
  const sentimentUrl = await (await startApp(t)).listen({ port: 0 });
  const settings = { sentimentUrl, rebuildSeconds: 1 };
  const { app, recommender } = await startRecommender(t, settings);
  const url = await app.listen({ port: 0 });
  recommender.start();
  const child = spawn(process.execPath, [
    "--import",
    "./typescript.mjs",
    MAIN,
    "--corpus",
    file,
    "--url",
    url,
    "--n",
    "1",
  ]);
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  const code = await new Promise((resolve) => child.once("close", resolve));
  return { code, stdout, stderr, recommender };
}

const ROWS = [
  "user_id;item_id;review_text;rating;timestamp",
  "ann;heat;A great film.;;2024-01-02",
  "ann;ronin;A great film.;0;",
  "ben;heat;;5;2024-01-03",
  "ben;;A bad film.;;",
  "ben;cats;A bad film.;good;",
  "mia;heat;A great film.;;soon",
  "mia;heat;A great film.;;2099-01-01",
  "mia;ronin;A great film.;4,5;",
  "mia;ronin;too;many;cells;here",
  "mia;ronin;A great film.;4.5;",
];

test("each bad row is reported with its line and cause, and the others are stored", async (t) => {
  const { code, stdout, stderr, recommender } = await demo(t, gzipSync(`${ROWS.join("\r\n")}\r\n`));
  assert.equal(code, 0, stderr);
  assert.match(stdout, /CSV \(semicolon, CRLF\), utf-8, gzip/);
  assert.match(stdout, /^10 rows: 3 stored, 7 failed$/m);
  assert.match(stderr, /^line 3: rating: expected a number from 1 to 5, got 0$/m);
  assert.match(stderr, /^line 5: item_id: expected .*, got an empty string$/m);
  assert.match(stderr, /^line 6: rating: expected a number from 1 to 5, got "good"$/m);
  assert.match(stderr, /^line 7: at: expected a time that exists, .*, got "soon"$/m);
  assert.match(stderr, /^line 8: at: expected a time that is at most 5 minutes after now/m);
  assert.match(stderr, /^line 9: rating: .* got "4,5"$/m);
  assert.match(stderr, /^line 10: /m);
  assert.equal(recommender.catalogue.rows, 3);
  assert.match(stdout, /^For mia:$/m);
});

test("JSON Lines are read as well", async (t) => {
  const line = JSON.stringify({ user_id: "u", item_id: "i", review_text: "A great film.", rating: 5 });
  const { code, stdout } = await demo(t, `${line}\n`);
  assert.equal(code, 0);
  assert.match(stdout, /^1 rows: 1 stored, 0 failed$/m);
});

test("a file without the columns ends with 1 and one message", async (t) => {
  const { code, stderr } = await demo(t, "user,item\na,b\n");
  assert.equal(code, 1);
  assert.match(stderr, /^demo: .*corpus: Line 1: Expected a column "?user_id/);
});
