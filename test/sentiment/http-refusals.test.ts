import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import supertest from "supertest";
import { DYING_WORKER, SLOW_WORKER, startApp, startAppOver, startScorer } from "../helpers/app.ts";
import { LONG_TEXT } from "../helpers/model.ts";
import { assertProblem, type Code } from "../helpers/problem.ts";

const longBatch = (items: number) => ({ items: Array.from({ length: items }, () => ({ text: LONG_TEXT })) });

describe("refusals", async () => {
  const app = await startApp({ after }, { maxBodyBytes: 50_000, maxTextLength: 1000 });
  const post = (path: string) => supertest(app.server).post(path).set("content-type", "application/json");

  /** Sends bytes unchanged; supertest would write a Buffer as JSON. */
  const send = (url: string, payload: Buffer, headers: Record<string, string> = {}) =>
    app.inject({ method: "POST", url, payload, headers: { "content-type": "application/json", ...headers } });

  const badBodies: [string, string, string, RegExp][] = [
    ["not JSON", "/sentiment", "great film", /^The body could not be read as JSON\.$/],
    ["no body", "/sentiment", "", /JSON|object/],
    ["a text that is a number", "/sentiment", '{"text":1}', /^text: expected a string, got 1\.$/],
    ["a text that is null", "/sentiment", '{"text":null}', /^text: expected a string, got null\.$/],
    ["no text", "/sentiment", "{}", /^text: expected a string, got nothing\.$/],
    [
      "an unknown field",
      "/sentiment",
      '{"text":"great","lang":"en"}',
      /^lang: this member is not known; known are text\.$/,
    ],
    ["a poisoned prototype", "/sentiment", '{"text":"great","__proto__":{}}', /JSON/],
    ["an array", "/sentiment", '["great"]', /^the body: expected an object, got a list of 1 item\.$/],
    [
      "no items",
      "/sentiment/batch",
      '{"items":[]}',
      /^items: expected a list of 1 to 1000 items, got a list of 0 items\.$/,
    ],
  ];
  for (const [what, path, body, detail] of badBodies) {
    test(`${what} in ${path} is an invalid body`, async () => {
      const response = await post(path).send(body);
      assertProblem(response, "invalid_body");
      assert.match(response.body.detail, detail);
    });
  }

  test("a fault of one item is the error of that item, with its place, and the others are scored", async () => {
    const items = [
      { text: null },
      { text: "great" },
      { id: "c" },
      7,
      { id: 1, text: "a" },
      { text: "a", x: 1 },
    ];
    const { body } = await post("/sentiment/batch").send({ items }).expect(200);
    assert.deepEqual(
      body.results.map((result: { id: string; error?: unknown }) => [result.id, result.error ?? "scored"]),
      [
        ["0", { code: "invalid_item", detail: "items[0].text: expected a string, got null." }],
        ["1", "scored"],
        ["c", { code: "invalid_item", detail: "items[2].text: expected a string, got nothing." }],
        ["3", { code: "invalid_item", detail: "items[3]: expected an object, got 7." }],
        [
          "4",
          { code: "invalid_item", detail: "items[4].id: expected a string of 0 to 200 characters, got 1." },
        ],
        ["5", { code: "invalid_item", detail: "items[5].x: this member is not known; known are id, text." }],
      ],
    );
  });

  const routes: [string, string][] = [
    ["/sentiment", '{"text":"caf\xe9 is great"}'],
    ["/sentiment/explain", '{"text":"caf\xe9 is great"}'],
    ["/sentiment/batch", '{"items":[{"text":"caf\xe9 is great"}]}'],
    ["/predict", '{"inputs":"caf\xe9 is great"}'],
    ["/", '{"inputs":"caf\xe9 is great"}'],
  ];
  for (const [path, json] of routes) {
    test(`${path} refuses bytes that are not UTF-8, and every other charset`, async () => {
      const bytes = Buffer.from(json, "latin1");
      const invalid = await send(path, bytes);
      assert.ok([400, 422].includes(invalid.statusCode), invalid.body);
      assert.match(invalid.body, /not UTF-8 from byte \d+ on/);
      assert.equal(
        (await send(path, bytes, { "content-type": "application/json; charset=latin1" })).statusCode,
        415,
      );
      const named = { "content-type": "application/json; charset=UTF-8" };
      assert.equal((await send(path, Buffer.from(json), named)).statusCode, 200);
    });

    test(`${path} reads a gzip-encoded body, and refuses any other encoding by its name`, async () => {
      const packed = (encoding: string) => send(path, gzipSync(json), { "content-encoding": encoding });
      assert.equal((await packed("gzip")).statusCode, 200);
      assert.equal((await packed("br")).statusCode, 415);
    });
  }

  for (const [path, body] of [
    ["/sentiment", { text: "great" }],
    ["/sentiment/explain", { text: "great" }],
    ["/sentiment/batch", { items: [{ text: "great" }] }],
  ] as const)
    test(`a query parameter that ${path} does not know is refused by its name`, async () => {
      const response = await post(`${path}?unscorable=maybe`).send(body);
      assertProblem(response, "invalid_query");
      assert.equal(response.body.detail, 'unscorable: expected one of warn, refuse, got "maybe".');
    });

  test("1,001 items are an invalid body", async () => {
    const items = Array.from({ length: 1001 }, () => ({ text: "great" }));
    const response = await post("/sentiment/batch").send({ items });
    assertProblem(response, "invalid_body");
    assert.match(
      response.body.detail,
      /^items: expected a list of 1 to 1000 items, got a list of 1001 items\.$/,
    );
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
        assert.match(
          response.body.detail,
          /^x-request-timeout-ms: expected a whole number of milliseconds from 1 to/,
        );
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

  test("the answer to a wrong method lists the right ones", async () => {
    const wrong = await supertest(app.server).get("/sentiment?x=1");
    assertProblem(wrong, "method_not_allowed");
    assert.equal(wrong.headers.allow, "POST");
    const other = await supertest(app.server).delete("/livez");
    assertProblem(other, "method_not_allowed");
    assert.equal(other.headers.allow, "GET, HEAD");
    const withBody = await supertest(app.server).put("/livez").type("json").send("{");
    assertProblem(withBody, "method_not_allowed"); // The body is not read, so it has no fault.
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

test("a full queue refuses a request with many texts before its body has come", async (t) => {
  const settings = { program: SLOW_WORKER, workers: 1, maxQueueTokens: 2_000, batchTokens: 256 };
  const { app } = await startAppOver(t, await startScorer(t, settings));
  const url = await app.listen({ port: 0 });
  const held = supertest(app.server).post("/sentiment/batch").send(longBatch(100)).then();
  while ((await fetch(`${url}/readyz`)).status === 200);
  const { name } = (await supertest(app.server).get("/model")).body;
  // text-embeddings-inference answers 429 under overload.
  const expected = { "/sentiment/batch": 503, "/predict": 429, "/": 429, [`/v2/models/${name}/infer`]: 503 };
  for (const [path, status] of Object.entries(expected)) {
    const headers = { "content-type": "application/json", "content-length": "40000" };
    const request = http.request(`${url}${path}`, { method: "POST", headers });
    request.flushHeaders(); // the body is never sent
    const [response] = await once(request, "response");
    assert.equal(response.statusCode, status, path);
    assert.match(response.headers["retry-after"], /^[1-9]/);
    request.destroy();
  }
  assert.equal((await held).status, 200);
});

test("a request that takes too long is answered when its deadline passes", async (t) => {
  const app = await startApp(t, { requestTimeoutMs: 60, workers: 1 });
  assertProblem(
    await supertest(app.server).post("/sentiment/batch").send(longBatch(500)),
    "deadline_exceeded",
  );
});

test("a text that kills its workers is refused, and the answer does not mention them", async (t) => {
  const app = await startApp(t, { program: DYING_WORKER, workers: 1 });
  const response = await supertest(app.server).post("/sentiment").send({ text: "constructor" });
  assertProblem(response, "unscorable_text");
  assert.doesNotMatch(response.text, /worker|thread|constructor/);
});

test("an internal error does not show its cause", async (t) => {
  const { config, scorer } = await startScorer(t, { workers: 1 });
  t.mock.method(scorer, "score", () => Promise.reject(new Error("secret cause")));
  const { app } = await startAppOver(t, { config, scorer });
  const response = await supertest(app.server).post("/sentiment").send({ text: "great" });
  assertProblem(response, "internal");
  assert.doesNotMatch(response.text, /secret/);
});
