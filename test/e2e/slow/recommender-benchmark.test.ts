import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { generator, shuffle } from "../../../trainer/src/random.ts";
import { measure } from "../../bench/recommender/measure.ts";
import { report } from "../../bench/recommender/report.ts";
import { withSection } from "../../bench/recommender/write.ts";

const MAIN = fileURLToPath(new URL("../../bench/recommender/main.ts", import.meta.url));
const TINY_MODEL = fileURLToPath(new URL("../../fixtures/tiny-model", import.meta.url));

function main(...args: string[]) {
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) =>
    execFile(process.execPath, ["--import", "./typescript.mjs", MAIN, ...args], (error, stdout, stderr) =>
      resolve({ code: error ? error.code : 0, stdout, stderr }),
    ),
  );
}

/**
 * Each user likes either even or odd items. The items 0 to 9 are good and the others bad, and the
 * texts say so.
 */
function corpus(): string {
  const random = generator(1);
  const lines: string[] = [];
  for (let user = 0; user < 60; user++) {
    const items = Array.from({ length: 20 }, (_, i) => i).filter(
      (i) => random() < (i % 2 === user % 2 ? 0.7 : 0.1),
    );
    for (const item of shuffle(items, user)) {
      const isGood = item < 10 !== random() < 0.1;
      lines.push(`u${user},i${item},A ${isGood ? "great" : "bad"} film.,${isGood ? 5 : 1}`);
    }
  }
  const timed = shuffle(lines, 1).map((line, i) => `${line},${1_000 * i}`);
  return `${["user_id,item_id,review_text,rating,timestamp", ...timed].join("\n")}\n`;
}

test("the benchmark scores a corpus and prints tables, and a second run uses the cache", async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "corpus.csv");
  await writeFile(file, corpus());
  const said: string[] = [];
  const options = {
    modelDir: TINY_MODEL,
    cacheDir: path.join(folder, "cache"),
    say: (s: string) => said.push(s),
  };
  const measured = await measure(file, options);
  assert.ok(said.includes("scored 2 of 2"));
  const [, , , base, placebo, , ours, stars] = measured.lastOfEachUser.rows;
  assert.equal(base!.gain.value, 0);
  assert.ok(ours!.gain.low > 0, "texts that say what stars say must help");
  assert.ok(placebo!.gain.value < ours!.gain.value);
  assert.ok(stars!.means.gauc > base!.means.gauc);
  assert.equal(measured.auc.ours, 1);
  assert.ok(Math.abs(measured.starCoverage.at(-1)!.added.value) < 1e-12);
  assert.ok(Math.abs(measured.starCoverage[0]!.stars.value) < 1e-12);

  said.length = 0;
  assert.deepEqual(await measure(file, options), measured);
  assert.ok(!said.some((line) => line.startsWith("scored")));
  const [cache] = await readdir(options.cacheDir);
  assert.doesNotMatch(await readFile(path.join(options.cacheDir, cache!), "utf8"), /film/);

  const markdown = report(measured, {
    machine: "here",
    commit: "abc",
    date: "2026-01-02",
    command: "npm run x",
  });
  assert.match(markdown, /\| \*\*recommender with our score\*\* \| 0\.\d{4} \| \+\d+\.\d % \[/);
  assert.doesNotMatch(markdown, /NaN|undefined/);
});

test("the tables are written between their markers under the heading, and replace only the old ones", () => {
  const once = withSection("# R\n\nBefore.\n\n## The benefit, measured\n\n## After\n", "tables $& 1");
  assert.match(
    once,
    /^# R\n\nBefore.\n\n## The benefit, measured\n\n<!-- [^\n]+ -->\ntables \$& 1\n<!-- [^\n]+ -->\n\n## After\n$/,
  );
  assert.equal(withSection(once, "tables 2"), once.replace("tables $& 1", "tables 2"));
  assert.match(withSection("# R\n", "tables"), /^# R\n\n## The benefit, measured\n\n<!--/);
});

test("--help names the columns, and a wrong option or corpus ends with exit code 1", async () => {
  const help = await main("--help");
  assert.equal(help.code, 0);
  assert.match(help.stdout, /user_id, item_id and review_text/);
  assert.equal((await main("--nonsense")).code, 1);
  const missing = await main("--corpus", "nowhere.csv");
  assert.equal(missing.code, 1);
  assert.equal(missing.stderr, "There is no nowhere.csv: name a corpus with --corpus FILE.\n");
});
