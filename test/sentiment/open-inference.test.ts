import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import supertest from "supertest";
import { startApp } from "../helpers/app.ts";

describe("Open Inference Protocol v2", async () => {
  const app = await startApp({ after }, { maxBatchItems: 3 });
  const http = supertest(app.server);
  const input = (data: string[], more = {}) => ({
    inputs: [{ name: "text", datatype: "BYTES", shape: [data.length], data, ...more }],
  });
  const infer = (body: unknown, path = "/v2/models/tiny/infer") => http.post(path).send(body as object);

  test("JSON: each text has its outputs, and a refused one has its error and no score", async () => {
    const { body } = await infer({ id: "7", ...input(["great", ""]) }).expect(200);
    const { score } = (await http.post("/sentiment").send({ text: "great" })).body;
    assert.deepEqual(body, {
      model_name: "tiny",
      model_version: "1.0.0",
      id: "7",
      outputs: [
        { name: "label", datatype: "BYTES", shape: [2], data: ["positive", ""] },
        { name: "score", datatype: "FP32", shape: [2], data: [score, null] },
        { name: "truncated", datatype: "BOOL", shape: [2], data: [false, false] },
        { name: "error", datatype: "BYTES", shape: [2], data: ["", "empty_text"] },
        { name: "warnings", datatype: "BYTES", shape: [2], data: ["", ""] },
      ],
    });
  });

  test("binary: tensors follow the JSON in both directions", async () => {
    const head = JSON.stringify({
      inputs: [{ name: "text", datatype: "BYTES", shape: [1, 1], parameters: { binary_data_size: 9 } }],
      outputs: [{ name: "score", parameters: { binary_data: true } }],
    });
    const { body, headers } = await http
      .post("/v2/models/tiny/versions/1.0.0/infer")
      .set({
        "inference-header-content-length": String(head.length),
        "content-type": "application/octet-stream",
      })
      .serialize((value) => value)
      .send(Buffer.concat([Buffer.from(head), Buffer.from([5, 0, 0, 0]), Buffer.from("great")]) as never)
      .expect(200);
    const length = Number(headers["inference-header-content-length"]);
    const [output] = JSON.parse(body.toString("utf8", 0, length)).outputs;
    assert.deepEqual(output, {
      name: "score",
      datatype: "FP32",
      shape: [1, 1],
      parameters: { binary_data_size: 4 },
    });
    assert.equal(body.length, length + 4);
    assert.ok(body.readFloatLE(length) > 0.5);
  });

  const refusals: [string, unknown, string, number][] = [
    ["a shape of another size", input(["a"], { shape: [2] }), "tiny", 400],
    ["a shape of two columns", input(["a", "b"], { shape: [1, 2] }), "tiny", 400],
    ["another datatype", input(["a"], { datatype: "FP32" }), "tiny", 400],
    ["another input", input(["a"], { name: "ids" }), "tiny", 400],
    ["an unknown output", { ...input(["a"]), outputs: [{ name: "stars" }] }, "tiny", 400],
    ["binary data that did not come", input(["a"], { parameters: { binary_data_size: 5 } }), "tiny", 400],
    ["too many texts", input(["a", "b", "c", "d"]), "tiny", 413],
    ["another model", input(["a"]), "other", 404],
    ["another version", input(["a"]), "tiny/versions/9", 404],
  ];
  for (const [what, body, model, status] of refusals) {
    test(`${what} is refused with the protocol's own error`, async () => {
      const answer = await infer(body, `/v2/models/${model}/infer`).expect(status);
      assert.deepEqual(Object.keys(answer.body), ["error"]);
    });
  }

  test("the server and the model describe themselves, and count", async () => {
    const paths = ["/v2", "/v2/health/live", "/v2/health/ready"];
    for (const model of ["/v2/models/tiny", "/v2/models/tiny/versions/1.0.0"])
      paths.push(model, `${model}/ready`, `${model}/config`, `${model}/stats`);
    for (const path of paths) await http.get(path).expect(200);
    const { body } = await http.get("/v2/models/tiny/stats");
    assert.equal(body.model_stats[0].inference_count, 3);
    await http.get("/v2/models/other").expect(404, { error: "There is no such model." });
  });
});
