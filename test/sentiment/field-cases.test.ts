import assert from "node:assert/strict";
import { after, test } from "node:test";
import supertest from "supertest";
import { startApp } from "../helpers/app.ts";

/** Cases of docs/verified.md without another test of their message. */
const app = await startApp({ after }, { workers: 1 });
const http = supertest(app.server);

function asText(response: NodeJS.ReadableStream, done: (error: Error | null, body: string) => void): void {
  const pieces: Buffer[] = [];
  response.on("data", (piece: Buffer) => pieces.push(piece));
  response.on("end", () => done(null, Buffer.concat(pieces).toString()));
}

test("field case 25: a refused text of Hugging Face's list is named by its index", async () => {
  const { body } = await http.post("/").send({ inputs: ["Great film", "zyzzyva"] });
  assert.match(body.error, /^inputs\[1\]: /);
});

test("field case 49: the error for an unknown member names it and the documented ones", async () => {
  const { body } = await http.post("/sentiment/batch").send({ items: [{ review_id: "x", text: "great" }] });
  assert.match(
    body.results[0].error.detail,
    /items\[0\]\.review_id: this member is not known; known are id, text\./,
  );
});

test("field cases 49 and 53 in a stream: the member and NaN are named, and the other lines are answered", async () => {
  const lines = ['{"review_id":"x","text":"great"}', '{"text":"great","rating":NaN}', '{"text":"great"}'];
  const { body: text } = await http
    .post("/sentiment/stream")
    .set("content-type", "application/x-ndjson")
    .buffer(true)
    .parse(asText as never)
    .send(lines.join("\n"));
  const answers = (text as unknown as string)
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    answers.slice(0, 3).map(({ status, error }) => [status, error?.detail]),
    [
      ["error", "review_id: this member is not known; known are id, text."],
      ["error", "The line could not be read as JSON. Column 26: NaN is not JSON. Write null."],
      ["ok", undefined],
    ],
  );
});

test("field case 50: the error for an input with another name has the expected name", async () => {
  const inputs = [{ name: "input", datatype: "BYTES", shape: [1], data: ["a"] }];
  const { body } = await http.post("/v2/models/tiny/infer").send({ inputs }).expect(400);
  assert.equal(body.error, 'inputs[0].name: expected "text", got "input".');
});

test("field case 51: return_all_scores is accepted, and a refused value is told the accepted ones", async () => {
  await http.post("/predict").send({ inputs: "great", return_all_scores: true }).expect(200);
  for (const [parameters, message] of [
    [{ top_k: null }, /top_k: expected a whole number, 1 or more, got null/],
    [{ function_to_apply: "sigmoid" }, /function_to_apply: expected one of softmax, none, got "sigmoid"/],
  ] as const) {
    const { body } = await http.post("/predict").send({ inputs: "great", parameters });
    assert.match(body.error, message);
    assert.equal(body.error_type, "Validation");
  }
});
