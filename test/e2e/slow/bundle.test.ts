import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { TINY_MODEL } from "../../helpers/model.ts";
import { listening } from "../../helpers/process.ts";

/**
 * The bundle of a service as in its image, in a folder outside the repository, so that it cannot load
 * anything from node_modules.
 */
async function bundle(t: TestContext, service: string): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-bundle-"));
  t.after(() => rm(folder, { recursive: true }));
  await promisify(execFile)("npm", ["run", "--silent", "bundle", "--", service, folder]);
  return folder;
}

async function start(t: TestContext, folder: string, env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, ["main.js"], {
    cwd: folder,
    env: { PATH: process.env.PATH, PORT: "0", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const output = { stdout: "" };
  child.stdout.on("data", (chunk) => {
    output.stdout += chunk;
  });
  t.after(async () => {
    child.kill("SIGTERM");
    await once(child, "close");
  });
  return listening({ child, output });
}

test("the sentiment service's bundle scores in a thread, and has the documentation and the page", async (t) => {
  const folder = await bundle(t, "sentiment");
  const [binaries] = await readdir(path.join(folder, "node_modules/onnxruntime-node/bin"));
  assert.deepEqual(await readdir(path.join(folder, "node_modules/onnxruntime-node/bin", binaries!)), [
    process.platform,
  ]);
  const url = await start(t, folder, { MODEL_DIR: TINY_MODEL, WORKERS: "1" });
  const answer = await fetch(`${url}/sentiment`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "great" }),
  });
  assert.equal(((await answer.json()) as { label: string }).label, "positive");
  assert.match(await (await fetch(`${url}/docs`)).text(), /swagger-ui/);
  for (const asset of ["", "page/main.js", "page/vendor/csv-parse.js", "page/vendor/csv-stringify.js"])
    assert.equal((await fetch(`${url}/${asset}`)).status, 200, asset);
});

test("the sentiment service's bundle scores files of every format", async (t) => {
  const folder = await bundle(t, "sentiment");
  const files = {
    "reviews.csv": "id,text\n1,great\n2,awful\n",
    "reviews.tsv": "id\ttext\n1\tgreat\n2\tawful\n",
    "reviews.jsonl": '{"id":1,"text":"great"}\n{"id":2,"text":"awful"}\n',
    "reviews.json": '[{"id":1,"text":"great"},{"id":2,"text":"awful"}]',
  };
  const env = { PATH: process.env.PATH, MODEL_DIR: TINY_MODEL, WORKERS: "1" };
  for (const [name, content] of Object.entries(files)) {
    await writeFile(path.join(folder, name), content);
    const args = ["main.js", "score", name, "--out", `scored-${name}`];
    const { stderr } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
    assert.match(stderr, /2 rows read: 2 scored/, name);
    const scored = await readFile(path.join(folder, `scored-${name}`), "utf8");
    assert.match(scored, /positive.+negative/s, name);
  }
});

test("the recommender's bundle stores, builds neighbours in a thread, and recommends", async (t) => {
  const folder = await bundle(t, "recommender");
  const url = await start(t, folder, { DATABASE_PATH: path.join(folder, "test.db"), REBUILD_SECONDS: "1" });
  const pairs = ["ann heat", "ann ronin", "ben heat", "ben ronin", "mia heat"];
  const items = pairs.map((pair) => ({
    user_id: pair.split(" ")[0],
    item_id: pair.split(" ")[1],
    rating: 5,
  }));
  await fetch(`${url}/feedback`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items }),
  });
  for (let tries = 0; ; tries++) {
    const answer = await fetch(`${url}/users/mia/recommendations`);
    const [best] = ((await answer.json()) as { recommendations: { item: string; source: string }[] })
      .recommendations;
    assert.equal(best?.item, "ronin");
    if (best.source === "personal") break;
    assert.ok(tries < 100, "no neighbours within 10 s");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
});
