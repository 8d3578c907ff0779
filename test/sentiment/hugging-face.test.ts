import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { InferenceClient } from "@huggingface/inference";
import supertest from "supertest";
import { startApp } from "../helpers/app.ts";

describe("Hugging Face text classification", async () => {
  const app = await startApp({ after }, { maxTextLength: 5000, maxBatchItems: 10 });
  const url = await app.listen({ port: 0 });
  const post = (inputs: unknown, more = {}, path = "/predict") =>
    supertest(app.server)
      .post(path)
      .send({ inputs, ...more });
  const { score } = (await supertest(app.server).post("/sentiment").send({ text: "bad" })).body;

  test("a string gets its labels, the more probable first, with the score of the other protocols", async () => {
    const { body } = await post("bad").expect(200);
    assert.deepEqual(body, [
      { score: 1 - score, label: "negative" },
      { score, label: "positive" },
    ]);
    assert.deepEqual((await post(["bad"]).expect(200)).body, body);
  });

  test("a batch gets a list of lists, in order", async () => {
    const { body } = await post([["great"], ["bad"]]).expect(200);
    assert.deepEqual(
      body.map(([first]: { label: string }[]) => first!.label),
      ["positive", "negative"],
    );
  });

  test("softmax of the raw scores is the score", async () => {
    const { body } = await post("bad", { raw_scores: true }).expect(200);
    assert.equal(body[0].label, "negative");
    assert.ok(Math.abs(1 / (1 + Math.exp(body[0].score - body[1].score)) - score) < 1e-9);
  });

  const refusals: [string, unknown, object, number, string][] = [
    ["a pair", ["good", "bad"], {}, 422, "Validation"],
    ["a pair in a batch", [["good", "bad"]], {}, 422, "Validation"],
    ["a number", 7, {}, 422, "Validation"],
    ["no text at all", [], {}, 422, "Validation"],
    ["an empty text", "", {}, 400, "Empty"],
    ["unknown words", "zyzzyva", {}, 422, "Tokenizer"],
    ["a text over the limit", "a".repeat(5001), {}, 413, "Validation"],
    [
      "a text the model would cut, with truncate false",
      "good ".repeat(300),
      { truncate: false },
      413,
      "Validation",
    ],
    ["a batch over the limit", Array(11).fill(["good"]), {}, 413, "Validation"],
  ];
  for (const [what, inputs, more, status, type] of refusals) {
    test(`${what} is refused in text-embeddings-inference's format`, async () => {
      const { body } = await post(inputs, more).expect(status);
      assert.deepEqual(Object.keys(body), ["error", "error_type"]);
      assert.equal(body.error_type, type);
    });
  }

  test("@huggingface/inference classifies", async () => {
    const client = new InferenceClient().endpoint(url);
    const labels = await client.textClassification({ inputs: "A great film." });
    assert.deepEqual(
      labels.map(({ label }) => label),
      ["positive", "negative"],
    );
    await assert.rejects(client.textClassification({ inputs: "zyzzyva" }), /knows no word/);
  });
});

test("a full queue is Overloaded", async (t) => {
  const app = await startApp(t, { maxQueueTokens: 1, workers: 1 });
  const server = await app.listen({ port: 0 });
  const held = supertest(server)
    .post("/sentiment/batch")
    .send({ items: Array(1000).fill({ text: "good film ".repeat(100) }) })
    .then();
  while ((await supertest(server).get("/readyz")).status === 200);
  const { status, body } = await supertest(server).post("/predict").send({ inputs: "great" });
  assert.deepEqual([status, body.error_type], [429, "Overloaded"]);
  await held;
});
