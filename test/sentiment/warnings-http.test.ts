import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import supertest from "supertest";
import { startApp } from "../helpers/app.ts";

const FRENCH = "Ce téléphone est nul et le vendeur ne répond jamais à mes messages.";
const ENGLISH = "This phone is great and I would buy it again.";
const WARNED = ["not_english"];

describe("texts that the published model cannot judge", async () => {
  const app = await startApp({ after }, { modelDir: "models/reviews-bilstm", workers: 1 });
  const http = supertest(await app.listen({ port: 0 }));

  test("one text gets a warning, or an error with unscorable=refuse", async () => {
    const warned = await http.post("/sentiment").send({ text: FRENCH }).expect(200);
    assert.deepEqual(warned.body.warnings, WARNED);
    const plain = await http.post("/sentiment").send({ text: ENGLISH }).expect(200);
    assert.ok(!("warnings" in plain.body));
    const refused = await http.post("/sentiment?unscorable=refuse").send({ text: FRENCH }).expect(422);
    assert.equal(refused.body.code, "not_english");
    await http.post("/sentiment?unscorable=refuse").send({ text: ENGLISH }).expect(200);
  });

  test("a batch and an explanation do the same", async () => {
    const items = [{ text: ENGLISH }, { text: FRENCH }, { text: "N/A" }];
    const codes = async (query: string) => {
      const { body } = await http.post(`/sentiment/batch${query}`).send({ items }).expect(200);
      return body.results.map(
        (r: { error?: { code: string }; warnings?: string[] }) => r.error?.code ?? r.warnings,
      );
    };
    assert.deepEqual(await codes(""), [undefined, WARNED, "no_opinion"]);
    assert.deepEqual(await codes("?unscorable=refuse"), [undefined, "not_english", "no_opinion"]);
    const explained = await http.post("/sentiment/explain").send({ text: FRENCH }).expect(200);
    assert.deepEqual(explained.body.result.warnings, WARNED);
    await http.post("/sentiment/explain?unscorable=refuse").send({ text: FRENCH }).expect(422);
  });

  test("a file's rows do the same", async () => {
    const rows = async (query: string) => {
      const response = await http
        .post(`/sentiment/file${query}`)
        .send(`text\n${ENGLISH}\n${FRENCH}\n`)
        .expect(200);
      return response.text
        .split("\n")
        .slice(1, 3)
        .map((row) => row.split(",").slice(4, 6));
    };
    assert.deepEqual(await rows(""), [
      ["", ""],
      ["not_english", ""],
    ]);
    assert.deepEqual(await rows("?unscorable=refuse"), [
      ["", ""],
      ["", "not_english"],
    ]);
  });

  test("a stream's lines do the same", async () => {
    const lines = async (query: string) => {
      const response = await http
        .post(`/sentiment/stream${query}`)
        .set("content-type", "application/x-ndjson")
        .buffer(true)
        .parse((source, done) => {
          let text = "";
          source.setEncoding?.("utf8");
          source.on("data", (chunk) => (text += chunk));
          source.on("end", () => done(null, text));
        })
        .send(`${JSON.stringify({ text: FRENCH })}\n`)
        .expect(200);
      return JSON.parse((response.body as string).split("\n")[0]!);
    };
    assert.deepEqual((await lines("")).warnings, WARNED);
    assert.equal((await lines("?unscorable=refuse")).error.code, "not_english");
  });

  test("Open Inference has the warnings as an output", async () => {
    const inputs = [{ name: "text", datatype: "BYTES", shape: [2], data: [FRENCH, ENGLISH] }];
    const { body } = await http
      .post("/v2/models/reviews-bilstm/infer")
      .send({ inputs, outputs: [{ name: "warnings" }] })
      .expect(200);
    assert.deepEqual(body.outputs[0].data, ["not_english", ""]);
  });

  test("another value is refused everywhere", async () => {
    for (const route of ["", "/batch", "/explain"])
      await http.post(`/sentiment${route}?unscorable=maybe`).send({ text: ENGLISH, items: [] }).expect(400);
    await http
      .post("/sentiment/stream?unscorable=maybe")
      .set("content-type", "application/x-ndjson")
      .send("{}\n")
      .expect(400);
  });
});

test("the configuration sets the default for such texts", async (t) => {
  const app = await startApp(t, { modelDir: "models/reviews-bilstm", workers: 1, unscorable: "refuse" });
  const http = supertest(await app.listen({ port: 0 }));
  await http.post("/sentiment").send({ text: FRENCH }).expect(422);
  await http.post("/sentiment?unscorable=warn").send({ text: FRENCH }).expect(200);
});
