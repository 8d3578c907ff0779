import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, request } from "node:http";
import type { AddressInfo } from "node:net";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import supertest from "supertest";
import { PROBLEMS } from "../../services/sentiment/src/http/errors.ts";
import { breach } from "../e2e/resilience/fuzz/contract.ts";
import { SLOW_WORKER, startApp } from "../helpers/app.ts";
import { Connection } from "../helpers/connection.ts";
import type { Code } from "../helpers/problem.ts";
import { form, type Uploaded, upload } from "../helpers/upload.ts";

const PATH = "/sentiment/file";

/** Asserts a documented problem document with this code and detail. */
function assertRefused({ status, headers, body }: Uploaded, code: Code, detail?: RegExp): void {
  const problem = JSON.parse(body.toString());
  assert.equal(problem.code, code, body.toString());
  assert.equal(status, PROBLEMS[code].status);
  if (detail !== undefined) assert.match(problem.detail, detail);
  const type = String(headers["content-type"]);
  const route = { service: "sentiment", method: "POST", route: PATH } as const;
  assert.equal(
    breach(route, { status, headers: { "content-type": type }, body: body.toString() }),
    undefined,
  );
}

describe("a file that cannot be read is refused before the answer begins", async () => {
  const app = await startApp({ after }, { workers: 1, maxBodyBytes: 200_000 });
  await app.listen({ port: 0 });

  const LONG = `"${"a".repeat(300_000)}"`;
  const faults: [what: string, code: Code, file: string | Buffer, detail: RegExp, query?: string][] = [
    ["nothing", "empty_file", "", /The file is empty/],
    ["blank lines alone", "empty_file", "\n\n", /blank lines only/],
    ["a header alone", "no_rows", "id,text\n", /header and no rows/],
    ["an empty array", "no_rows", "[]", /no elements/, "?format=json"],
    ["an Excel file", "not_a_table", Buffer.from("PK\x03\x04\x14\0\x06\0"), /a zip archive, as Excel/],
    ["an HTML page", "not_a_table", "<!doctype html><p>Log in</p>", /an HTML page/],
    ["gzip that is cut off", "invalid_compression", gzipSync("text\ngreat\n").subarray(0, 20), /cut off/],
    [
      "bytes of another encoding",
      "invalid_encoding",
      Buffer.from("text\ncaf\xe9\n", "latin1"),
      /Line 2, byte 4: 0xE9 .* Try encoding=/,
    ],
    ["a NUL in the header", "invalid_column_names", "id,te\0xt\n1,great\n", /Line 1: the header has a NUL/],
    [
      "an unknown encoding",
      "invalid_option",
      "text\ngreat\n",
      /The encoding "klingon" is unknown/,
      "?encoding=klingon",
    ],
    ["a delimiter that is none", "invalid_option", "text\ngreat\n", /delimiter "xx"/, "?delimiter=xx"],
    [
      "no column with a text",
      "missing_column",
      "id,opinion\n1,great\n",
      /found 2 columns: "id", "opinion".*Try textColumn/,
    ],
    [
      "the same column twice",
      "duplicate_column",
      "text,text\ngreat,bad\n",
      /columns 1 and 2 are both named "text".*textColumn=1/,
    ],
    [
      "a column of the result",
      "duplicate_column",
      "text,sentiment_score\ngreat,1\n",
      /column "sentiment_score" already.*resultPrefix/,
    ],
    [
      "too many columns",
      "too_many_columns",
      `text${",".repeat(10_000)}\ngreat\n`,
      /has 10001 cells. Expected at most 10000/,
    ],
    [
      "a quote that is never closed",
      "unclosed_quote",
      'text\ngreat\n"bad\n',
      /Line 3: a quote is opened and never closed/,
    ],
    ["a row without end", "record_too_long", `text\n${LONG}\n`, /longer than 200000 bytes/],
    [
      "JSON that is none",
      "invalid_json",
      '[{"text":"great"},\n{"text": nope}]',
      /Line 2, column \d+: this is not JSON/,
    ],
  ];
  for (const [what, code, file, detail, query] of faults) {
    test(`${what}: ${code}, raw and as a form`, async () => {
      assertRefused(await upload(app, file, query === undefined ? {} : { query }), code, detail);
      const { body, headers } = form([{ name: "file", fileName: "x.csv", content: file }]);
      assertRefused(await upload(app, body, { headers, ...(query && { query }) }), code, detail);
    });
  }

  test("every code of a file has a case above", async () => {
    const { FILE_PROBLEMS } = await import("../../services/sentiment/src/http/errors.ts");
    const tried = new Set<string>(faults.map(([, code]) => code));
    assert.deepEqual(
      Object.keys(FILE_PROBLEMS).filter((code) => !tried.has(code)),
      [],
    );
  });

  for (const [query, detail] of [
    ["?format=xml", /format: expected one of csv, tsv, jsonl, json, got "xml"/],
    ["?header=maybe", /header: expected true or false, got "maybe"/],
    ["?unscorable=x", /unscorable: expected one of warn, refuse/],
    ["?colour=red", /colour/],
    ["?textColumn=a&textColumn=b", /textColumn/],
    ["?id=short", /id: expected/],
    ["?resultPrefix=%3D", /resultPrefix/],
  ] as const)
    test(`the query ${query} is invalid_query`, async () => {
      assertRefused(await upload(app, "text\ngreat\n", { query }), "invalid_query", detail);
    });

  const file = { name: "file", fileName: "x.csv", content: "text\ngreat\n" };
  for (const [what, parts] of [
    ["a form without a file", [{ name: "text", content: "great" }]],
    ["a form without parts", []],
    ["a form with a field before the file", [{ name: "a", content: "b" }, file]],
    ["a form with a field after the file", [file, { name: "a", content: "b" }]],
    ["a form with two files", [file, file]],
  ] as const)
    test(`${what} is invalid_body`, async () => {
      const { body, headers } = form([...parts]);
      assertRefused(await upload(app, body, { headers }), "invalid_body", /^The form/);
    });

  test("a form that is cut off, or has no boundary, is invalid_body", async () => {
    const { body, headers } = form([file]);
    assertRefused(await upload(app, body.subarray(0, -40), { headers }), "invalid_body");
    assertRefused(
      await upload(app, body, { headers: { "content-type": "multipart/form-data" } }),
      "invalid_body",
      /boundary/,
    );
  });

  test("a body that is not valid gzip is invalid_body, and another encoding is unsupported_media_type", async () => {
    assertRefused(
      await upload(app, "text\ngreat\n", { headers: { "content-encoding": "gzip" } }),
      "invalid_body",
    );
    assertRefused(
      await upload(app, "x", { headers: { "content-encoding": "br" } }),
      "unsupported_media_type",
    );
  });

  test("a file that decompresses to more than 100 times its size is refused, whatever its compression", async () => {
    const bomb = gzipSync(`text\n${`${"great ".repeat(2000)}\n`.repeat(400)}`, { level: 9 });
    const encoded = { "content-encoding": "gzip" };
    for (const [file, headers] of [
      [bomb, {}],
      [bomb, encoded],
      [gzipSync(bomb), encoded],
    ] as const) {
      const { broken, body, summary } = await upload(app, file, { headers, query: "?summary=line" });
      assert.deepEqual([broken, summary], [true, undefined]);
      const last = JSON.parse(body.toString().trimEnd().split("\n").at(-1)!);
      assert.equal(last.summary.error.code, "body_too_large");
    }
  });

  test("blank lines without end are body_too_large", async () => {
    assertRefused(await upload(app, `text\n${"\n".repeat(1_100_000)}`), "body_too_large", /without a row/);
  });

  test("so are very many of them in a small compressed file", async () => {
    const file = gzipSync(`text\n${"\n".repeat(150_000)}`);
    assertRefused(await upload(app, file), "body_too_large", /lines came without a row/);
  });

  test("an unknown upload id is not_found, and a malformed one is invalid_query", async () => {
    const http = supertest(app.server);
    const { body } = await http.get(`${PATH}/0123456789abcdef`).expect(404);
    assert.equal(body.code, "not_found");
    assert.equal((await http.get(`${PATH}/short`).expect(400)).body.code, "invalid_query");
  });
});

test("a client that sends nothing, or does not end a row, is refused in time", async (t) => {
  const app = await startApp(t, { workers: 1, requestTimeoutMs: 300, receiveTimeoutMs: 700 });
  await app.listen({ port: 0 });
  const { port } = app.server.address() as { port: number };
  const head = `POST ${PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\nconnection: close\r\n\r\ntext\n`;
  const silent = new Connection(port);
  silent.socket.write(head);
  assert.match(await silent.end(), /^HTTP\/1\.1 504 [\s\S]*"deadline_exceeded"/);
  const slow = new Connection(port);
  slow.socket.write(head);
  const drip = setInterval(() => slow.socket.write("a"), 100);
  t.after(() => clearInterval(drip));
  assert.match(await slow.until(/"code"/), /^HTTP\/1\.1 408 [\s\S]*"request_timeout"/);
});

test("after an early refusal the rest of the file is dropped, and the connection can be used again", async (t) => {
  const app = await startApp(t, { workers: 1 });
  await app.listen({ port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  t.after(() => agent.destroy());
  const post = async (path: string, type: string, body: Buffer | string) => {
    const sent = request({ agent, port, path, method: "POST", headers: { "content-type": type } });
    sent.end(body);
    const [response] = await once(sent, "response", { signal: AbortSignal.timeout(4_000) });
    response.resume();
    await once(response, "end");
    return { status: response.statusCode, reused: sent.reusedSocket };
  };
  const workbook = Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(2_000_000)]);
  assert.deepEqual(await post(PATH, "text/csv", workbook), { status: 400, reused: false });
  const next = await post("/sentiment", "application/json", '{"text":"great"}');
  assert.deepEqual(next, { status: 200, reused: true });
});

test("an id can be used by one upload at a time", async (t) => {
  const app = await startApp(t, { workers: 1, program: SLOW_WORKER });
  await app.listen({ port: 0 });
  const { port } = app.server.address() as { port: number };
  const query = "?id=0123456789abcdef";
  const first = request({ port, method: "POST", path: `${PATH}${query}` });
  first.write("text\ngreat\n");
  const http = supertest(app.server);
  for (;;) {
    const { body } = await http.get(`${PATH}/0123456789abcdef`);
    if (body.state === "running" && body.received > 0) break;
  }
  assertRefused(await upload(app, "text\nbad\n", { query }), "invalid_query", /a running upload/);
  first.end();
  const [res] = await once(first, "response");
  for await (const _ of res);
  assert.equal((await http.get(`${PATH}/0123456789abcdef`)).body.state, "complete");
});

test("rates and keys apply to files, and the tokens that the model reads are charged", async (t) => {
  const app = await startApp(t, { workers: 1, rateLimitPerMinute: 3, apiKeys: "a-key-of-24-letters-here" });
  await app.listen({ port: 0 });
  assertRefused(await upload(app, "text\ngreat\n"), "unauthorized");
  const headers = { "x-api-key": "a-key-of-24-letters-here" };
  const long = `text\n${`${"great ".repeat(200)}\n`.repeat(100)}`;
  const { status, summary } = await upload(app, long, { headers });
  assert.equal(status, 200, JSON.stringify(summary));
  assertRefused(await upload(app, long, { headers }), "rate_limited");
});

test("a full service refuses a file", async (t) => {
  const app = await startApp(t, {
    workers: 1,
    maxBodyBytes: 100_000,
    maxBytesInFlight: 1_000_000,
    maxStreamHeld: 900_000,
  });
  await app.listen({ port: 0 });
  assertRefused(await upload(app, "text\ngreat\n"), "overloaded");
});
