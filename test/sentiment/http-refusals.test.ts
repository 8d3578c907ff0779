import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import supertest from "supertest";
import { DYING_WORKER, startApp, startAppOver, startScorer } from "../helpers/app.ts";
import { LONG_TEXT } from "../helpers/model.ts";
import { assertProblem, type Code } from "../helpers/problem.ts";

const longBatch = (items: number) => ({ items: Array.from({ length: items }, () => ({ text: LONG_TEXT })) });

describe("refusals", async () => {
  const app = await startApp({ after }, { maxBodyBytes: 50_000, maxTextLength: 1000 });
  const post = (path: string) => supertest(app.server).post(path).set("content-type", "application/json");

  const badBodies: [string, string, string, RegExp][] = [
    ["not JSON", "/sentiment", "great film", /^The body could not be read as JSON\.$/],
    ["no body", "/sentiment", "", /JSON|object/],
    ["a text that is a number", "/sentiment", '{"text":1}', /^body\/text must be string\.$/],
    ["a text that is null", "/sentiment", '{"text":null}', /^body\/text must be string\.$/],
    ["no text", "/sentiment", "{}", /must have required property 'text'/],
    ["an unknown field", "/sentiment", '{"text":"great","lang":"en"}', /must not have the property "lang"/],
    ["a poisoned prototype", "/sentiment", '{"text":"great","__proto__":{}}', /JSON/],
    ["an array", "/sentiment", '["great"]', /^body must be object\.$/],
    ["no items", "/sentiment/batch", '{"items":[]}', /fewer than 1/],
    ["an item without text", "/sentiment/batch", '{"items":[{"id":"a"}]}', /^body\/items\/0 must have/],
    [
      "an id that is a number",
      "/sentiment/batch",
      '{"items":[{"id":1,"text":"a"}]}',
      /items\/0\/id must be string/,
    ],
    ["an item's unknown field", "/sentiment/batch", '{"items":[{"text":"a","x":1}]}', /the property "x"/],
  ];
  for (const [what, path, body, detail] of badBodies) {
    test(`${what} in ${path} is an invalid body`, async () => {
      const response = await post(path).send(body);
      assertProblem(response, "invalid_body");
      assert.match(response.body.detail, detail);
    });
  }

  test("1,001 items are an invalid body", async () => {
    const items = Array.from({ length: 1001 }, () => ({ text: "great" }));
    const response = await post("/sentiment/batch").send({ items });
    assertProblem(response, "invalid_body");
    assert.match(response.body.detail, /more than 1000 items/);
  });

  const badTexts: [string, string, Code][] = [
    ["an empty text", "", "empty_text"],
    ["a text of spaces", " \t\n", "empty_text"],
    ["a text of markup alone", "<br /><br />", "empty_text"],
    ["a text of unknown words", "zyzzyva quux", "no_known_words"],
    ["a text of known punctuation alone", "...", "no_known_words"],
    ["a text over the limit", "great ".repeat(200), "text_too_long"],
  ];
  for (const [what, text, code] of badTexts) {
    test(`${what} is refused as ${code}`, async () => {
      assertProblem(await post("/sentiment").send({ text }), code);
    });
  }

  for (const ms of ["0", "-5", "1.5", "1e3", "soon", " "]) {
    test(`x-request-timeout-ms: ${JSON.stringify(ms)} is an invalid header`, async () => {
      for (const [path, body] of [
        ["/sentiment", { text: "great" }],
        ["/sentiment/batch", { items: [{ text: "great" }] }],
      ] as const) {
        const response = await post(path).set("x-request-timeout-ms", ms).send(body);
        assertProblem(response, "invalid_header");
        assert.match(response.body.detail, /^headers\/x-request-timeout-ms must match/);
      }
    });
  }

  test("a body over the limit is refused", async () => {
    assertProblem(await post("/sentiment").send({ text: "a".repeat(60_000) }), "body_too_large");
  });

  for (const type of ["text/plain", "application/x-www-form-urlencoded", "application/xml"]) {
    test(`a body of ${type} is refused`, async () => {
      const response = await supertest(app.server).post("/sentiment").set("content-type", type).send("great");
      assertProblem(response, "unsupported_media_type");
    });
  }

  test("an unknown route is a problem document too", async () => {
    assertProblem(await supertest(app.server).get("/sentiments"), "not_found");
    assertProblem(await supertest(app.server).get("/%zz"), "not_found");
  });

  test("a wrong method is told which ones are right", async () => {
    const wrong = await supertest(app.server).get("/sentiment?x=1");
    assertProblem(wrong, "method_not_allowed");
    assert.equal(wrong.headers.allow, "POST");
    const other = await supertest(app.server).delete("/livez");
    assertProblem(other, "method_not_allowed");
    assert.equal(other.headers.allow, "GET, HEAD");
    const withBody = await supertest(app.server).put("/livez").type("json").send("{");
    assertProblem(withBody, "method_not_allowed"); // the body is not read: it is no fault of the body
  });
});

test("a full queue refuses more work, and readiness says so", async (t) => {
  const app = await startApp(t, { maxQueueTokens: 1, workers: 1 });
  const server = await app.listen({ port: 0 });
  const held = supertest(server).post("/sentiment/batch").send(longBatch(300)).then();
  let ready = await supertest(server).get("/readyz");
  while (ready.status === 200) ready = await supertest(server).get("/readyz");
  assertProblem(ready, "overloaded");
  assertProblem(await supertest(server).post("/sentiment").send({ text: "great" }), "overloaded");
  assert.equal((await held).status, 200);
  assert.equal((await supertest(server).get("/readyz")).status, 200);
});

test("a request that takes too long is answered when its deadline passes", async (t) => {
  const app = await startApp(t, { requestTimeoutMs: 60, workers: 1 });
  assertProblem(
    await supertest(app.server).post("/sentiment/batch").send(longBatch(500)),
    "deadline_exceeded",
  );
});

test("a text that kills its workers is refused, and the answer tells nothing about them", async (t) => {
  const app = await startApp(t, { program: DYING_WORKER, workers: 1 });
  const response = await supertest(app.server).post("/sentiment").send({ text: "constructor" });
  assertProblem(response, "unscorable_text");
  assert.doesNotMatch(response.text, /worker|thread|constructor/);
});

test("a failure of ours tells nothing about its cause", async (t) => {
  const { config, scorer } = await startScorer(t, { workers: 1 });
  t.mock.method(scorer, "score", () => Promise.reject(new Error("secret cause")));
  const { app } = await startAppOver(t, { config, scorer });
  const response = await supertest(app.server).post("/sentiment").send({ text: "great" });
  assertProblem(response, "internal");
  assert.doesNotMatch(response.text, /secret/);
});
