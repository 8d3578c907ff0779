import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { after, test } from "node:test";
import { describeFile, type Golden, type Manifest, readArtifact } from "@undertone/models";
import supertest from "supertest";
import { startApp, startScorer } from "../helpers/app.ts";
import { start } from "../helpers/process.ts";
import { modelWithStars } from "../helpers/stars.ts";

const modelDir = await modelWithStars();
const { golden } = await readArtifact(modelDir);
const app = await startApp({ after }, { modelDir });
const oneDecimal = (value: number) => Math.round(10 * value) / 10;

/** A copy of the model with changed golden texts and a matching manifest. */
async function withGolden(name: string, change: (text: Golden["texts"][number]) => object): Promise<string> {
  const dir = path.join(path.dirname(modelDir), name);
  await cp(modelDir, dir, { recursive: true });
  const file = path.join(dir, "golden.json");
  await writeFile(file, JSON.stringify({ texts: golden.texts.map(change) }));
  const manifestFile = path.join(dir, "manifest.json");
  const manifest: Manifest = JSON.parse(await readFile(manifestFile, "utf8"));
  manifest.files["golden.json"] = await describeFile(file);
  await writeFile(manifestFile, JSON.stringify(manifest));
  return dir;
}

test("a model that estimates stars answers with them, the same alone, in a batch and in a stream", async () => {
  assert.ok(new Set(golden.texts.map(({ stars }) => oneDecimal(stars!))).size > 2, "they differ");
  const items = golden.texts.map(({ text }) => ({ text }));
  const batch = await supertest(app.server).post("/sentiment/batch").send({ items }).expect(200);
  const lines = items.map((item) => `${JSON.stringify(item)}\n`).join("");
  const stream = await supertest(app.server)
    .post("/sentiment/stream")
    .type("application/x-ndjson")
    .send(lines)
    .buffer()
    .parse((response, done) => {
      let text = "";
      response.on("data", (chunk) => (text += chunk));
      response.on("end", () => done(null, text));
    })
    .expect(200);
  const streamed = (stream.body as string).split("\n").slice(0, items.length);
  for (const [index, { text, stars }] of golden.texts.entries()) {
    const { body } = await supertest(app.server).post("/sentiment").send({ text }).expect(200);
    assert.ok(Math.abs(body.stars - stars!) <= 0.051, `${body.stars} for ${stars}`);
    assert.equal(body.stars, oneDecimal(body.stars));
    assert.equal(batch.body.results[index].stars, body.stars);
    assert.equal(JSON.parse(streamed[index]!).stars, body.stars);
  }
});

test("GET /model has their scale, and a model without them has neither", async (t) => {
  const { body } = await supertest(app.server).get("/model").expect(200);
  assert.deepEqual(body.stars, { lowest: 1, highest: 5 });
  const plain = supertest((await startApp(t)).server);
  assert.equal("stars" in (await plain.get("/model").expect(200)).body, false);
  assert.equal("stars" in (await plain.post("/sentiment").send({ text: "great" }).expect(200)).body, false);
});

test("a model with other golden stars, or with stars that its manifest lacks, is refused", async (t) => {
  const moved = await withGolden("moved", (text) => ({ ...text, stars: text.stars! + 0.2 }));
  await assert.rejects(
    startScorer(t, { modelDir: moved }),
    /golden\.json: text 0 expected stars of .* found /,
  );
  const silent = await withGolden("silent", ({ stars: _, ...text }) => text);
  await assert.rejects(readArtifact(silent), /expected the stars of text 0, found none$/);
  const manifestFile = path.join(silent, "manifest.json");
  const { stars: _, ...manifest } = JSON.parse(await readFile(manifestFile, "utf8"));
  await writeFile(manifestFile, JSON.stringify(manifest));
  await assert.rejects(startScorer(t, { modelDir: silent }), /text 0 expected stars of none/);
});

test("files get a last column with stars, which is empty if a row failed", async (t) => {
  const csv = path.join(path.dirname(modelDir), "in.csv");
  await writeFile(csv, "id,text\n1,A wonderful film.\n2, \n");
  const { stdout } = await start(t, ["score", csv], { MODEL_DIR: modelDir, WORKERS: "1" }).ended;
  const [head, scored, failed] = stdout.split("\n");
  assert.match(head!, /,sentiment_error,sentiment_stars$/);
  assert.match(scored!, /,false,,,[1-5](\.\d)?$/);
  assert.match(failed!, /,empty_text,$/);
  const jsonl = path.join(path.dirname(modelDir), "in.jsonl");
  await writeFile(jsonl, '{"text":"A wonderful film."}\n');
  const lines = await start(t, ["score", jsonl], { MODEL_DIR: modelDir, WORKERS: "1" }).ended;
  assert.equal(JSON.parse(lines.stdout).sentiment_stars, Number(scored!.split(",").at(-1)));
});
