import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import net, { type AddressInfo } from "node:net";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import type { App } from "@undertone/base";
import { pino } from "pino";
import supertest from "supertest";
import { Value } from "typebox/value";
import { StreamAnswer } from "../../services/sentiment/src/http/schemas.ts";
import { SLOW_WORKER, startApp } from "../helpers/app.ts";
import { Connection, statuses } from "../helpers/connection.ts";

const TYPE = "application/x-ndjson";

async function stream(app: App, body: string | Buffer, headers: Record<string, string> = {}) {
  const response = await supertest(app.server)
    .post("/sentiment/stream")
    .set({ "content-type": TYPE, ...headers })
    .buffer(true)
    .parse((res, done) => {
      let text = "";
      res.setEncoding("utf8");
      res.on("data", (chunk: string) => {
        text += chunk;
      });
      res.on("end", () => done(null, text));
    })
    .serialize((value) => value)
    .send(body);
  const lines = String(response.body).trimEnd().split("\n");
  return { response, lines: lines.map((line) => JSON.parse(line)) };
}

describe("POST /sentiment/stream", async () => {
  const app = await startApp({ after }, { maxBodyBytes: 2000, maxTextLength: 1000, requestTimeoutMs: 2000 });

  test("10,000 lines are answered in order with the summary last, above MAX_BODY_BYTES too", async () => {
    const body = Array.from({ length: 10_000 }, (_, i) =>
      JSON.stringify({ id: `r${i}`, text: i % 3 === 0 ? "A great film." : "bad ".repeat(1 + (i % 40)) }),
    );
    const { response, lines } = await stream(app, body.join("\n"));
    assert.equal(response.status, 200);
    assert.equal(response.headers["content-type"], TYPE);
    const summary = lines.pop();
    assert.deepEqual(summary, {
      summary: { lines: 10_000, ok: 10_000, failed: 0, complete: true },
      model: { name: "tiny", version: "1.0.0" },
    });
    assert.deepEqual(
      lines.map(({ line, id, label }) => [line, id, label]),
      body.map((_, i) => [i + 1, `r${i}`, i % 3 === 0 ? "positive" : "negative"]),
    );
  });

  test("a fault of a line is the error of that line; blank lines count and get no answer", async () => {
    const body = ['{"text":"great"}', "", "{", '{"text":1}', '{"text":"","id":"e"}', '{"text":"bad","x":1}'];
    body.push(JSON.stringify({ text: "a".repeat(1500) }), JSON.stringify({ text: "a".repeat(70_000) }));
    const { lines } = await stream(app, `${body.join("\r\n")}\r\n{"text":"bad"}\n`);
    assert.deepEqual(
      lines.slice(0, -1).map(({ line, error }) => [line, error?.code]),
      [
        [1, undefined],
        [3, "invalid_item"],
        [4, "invalid_item"],
        [5, "empty_text"],
        [6, "invalid_item"],
        [7, "text_too_long"],
        [8, "body_too_large"],
        [9, undefined],
      ],
    );
    assert.equal(lines[3].id, "e");
    assert.deepEqual(lines.at(-1).summary, { lines: 8, ok: 2, failed: 6, complete: true });
    for (const line of lines) assert.ok(Value.Check(StreamAnswer, line), JSON.stringify(line));
  });

  test("gzip is accepted and sent", async () => {
    const lines = '{"text":"great"}\n'.repeat(500);
    const { response, lines: answer } = await stream(app, gzipSync(lines), {
      "content-encoding": "gzip",
      "accept-encoding": "gzip",
    });
    assert.equal(response.headers["content-encoding"], "gzip");
    assert.equal(answer.at(-1).summary.ok, 500);
  });

  test("gzip that is cut off ends with a summary that is not complete", async () => {
    const packed = gzipSync('{"text":"great"}\n'.repeat(50_000));
    const broken = Buffer.concat([packed.subarray(0, packed.length / 2), Buffer.alloc(100, 0xff)]);
    const { lines } = await stream(app, broken, { "content-encoding": "gzip" });
    assert.equal(lines.at(-1).summary.complete, false);
    assert.equal(lines.at(-1).summary.error.code, "invalid_body");
  });

  test("another media type or encoding is refused", async () => {
    const json = await supertest(app.server).post("/sentiment/stream").send({ text: "great" });
    assert.equal(json.body.code, "unsupported_media_type");
    const { response, lines } = await stream(app, "x", { "content-encoding": "br" });
    assert.equal(response.status, 415);
    assert.equal(lines[0].code, "unsupported_media_type");
  });

  test("a client may wait for each answer, and gets no timeout", async () => {
    const server = await app.listen({ port: 0 });
    const connection = once(app.server, "connection").then(([socket]) => socket);
    const req = request(`${server}/sentiment/stream`, { method: "POST", headers: { "content-type": TYPE } });
    req.write('{"text":"great"}\n');
    const [res] = await once(req, "response");
    res.setEncoding("utf8");
    assert.match((await once(res, "data"))[0], /^\{"line":1,/);
    // The error that Node.js gives a server for a slow request.
    const error = Object.assign(new Error("timeout"), { code: "ERR_HTTP_REQUEST_TIMEOUT" });
    app.server.emit("clientError", error, await connection);
    req.end('{"text":"bad"}\n');
    assert.match((await once(res, "data"))[0], /^\{"line":2,/);
  });
});

const PAD = "p".repeat(1000);

/** A connection that sends lines as fast as they are read, and reads nothing. */
async function sendUnread(app: App, lines: number) {
  await app.listen({ port: 0 });
  const socket = net.connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  socket.pause();
  socket.write(`POST /sentiment/stream HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${TYPE}\r\n`);
  socket.write("transfer-encoding: chunked\r\nconnection: close\r\n\r\n");
  let sent = 0;
  const done = (async () => {
    for (let line = 1; line <= lines; line++) {
      const data = `${JSON.stringify({ id: String(line), text: `great ${PAD}` })}\n`;
      const room = socket.write(`${data.length.toString(16)}\r\n${data}\r\n`);
      sent += data.length;
      if (!room) await once(socket, "drain");
    }
    socket.write("0\r\n\r\n");
  })();
  return { socket, done, sent: () => sent };
}

test("the service stops reading from a client that does not read, and no answer is lost", async (t) => {
  const app = await startApp(t, { maxStreamHeld: 100_000 });
  const { socket, done, sent } = await sendUnread(app, 60_000);
  let before = -1;
  while (before !== sent()) {
    before = sent();
    await new Promise((resolve) => setTimeout(resolve, 400));
  }
  // The sockets' buffers hold some megabytes on each side, and the stream has 60.
  assert.ok(sent() < 40_000_000, `${sent()} bytes were taken`);
  let text = "";
  socket.setEncoding("utf8").on("data", (chunk) => {
    text += chunk;
  });
  socket.resume();
  await done;
  await once(socket, "close");
  const numbers = [...text.matchAll(/^\{"line":(\d+)/gm)].map(([, number]) => Number(number));
  assert.deepEqual(
    numbers,
    Array.from({ length: 60_000 }, (_, i) => i + 1),
  );
  assert.match(text, /"complete":true/);
});

test("a client that neither sends nor ends gets the reason in the summary", async (t) => {
  const app = await startApp(t, { requestTimeoutMs: 100 });
  const server = await app.listen({ port: 0 });
  const req = request(`${server}/sentiment/stream`, { method: "POST", headers: { "content-type": TYPE } });
  req.on("error", () => {});
  req.write('{"text":"great"}\n');
  const [res] = await once(req, "response");
  let text = "";
  for await (const chunk of res) text += chunk;
  const { summary } = JSON.parse(text.trimEnd().split("\n").at(-1)!);
  assert.deepEqual([summary.lines, summary.complete, summary.error.code], [1, false, "deadline_exceeded"]);
});

test("a chunk without a size ends the connection, and no second answer stands in the first", async (t) => {
  const app = await startApp(t, {});
  await app.listen({ port: 0 });
  const connection = new Connection((app.server.address() as AddressInfo).port);
  const line = '{"text":"great"}\n';
  connection.socket.write(`POST /sentiment/stream HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${TYPE}\r\n`);
  connection.socket.write(`transfer-encoding: chunked\r\n\r\n${line.length.toString(16)}\r\n${line}\r\n`);
  await connection.until(/"line":1/);
  connection.socket.write("no size\r\n");
  assert.deepEqual(statuses(await connection.end()), [200]);
});

test("invalid gzip from a client that does not end is answered, and the service goes on", async (t) => {
  const app = await startApp(t, {});
  const server = await app.listen({ port: 0 });
  for (let i = 0; i < 5; i++) {
    const headers = { "content-type": TYPE, "content-encoding": "gzip" };
    const req = request(`${server}/sentiment/stream`, { method: "POST", headers });
    req.on("error", () => {});
    req.write("no gzip\n".repeat(10_000));
    const [res] = await once(req, "response");
    let text = "";
    for await (const chunk of res) text += chunk;
    const { summary } = JSON.parse(text);
    assert.deepEqual([summary.lines, summary.complete, summary.error.code], [0, false, "invalid_body"]);
  }
  assert.equal((await supertest(app.server).post("/sentiment").send({ text: "great" })).status, 200);
});

test("a client that disconnects before its first answer is not an internal error", async (t) => {
  const logged: string[] = [];
  const log = pino({ level: "warn" }, { write: (line) => logged.push(line) });
  const app = await startApp(t, { program: SLOW_WORKER }, log);
  await app.listen({ port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const line = '{"text":"great"}\n';
  for (let client = 0; client < 5; client++) {
    const socket = net.connect(port, "127.0.0.1");
    socket.write(`POST /sentiment/stream HTTP/1.1\r\nhost: localhost\r\ncontent-type: ${TYPE}\r\n`);
    socket.write(`content-length: ${line.length}\r\n\r\n${line}`);
    const [request] = await once(app.server, "request");
    const gone = new Promise((resolve) => request.socket.once("close", resolve));
    await once(request, "end");
    socket.resetAndDestroy();
    await gone;
  }
  assert.equal((await supertest(app.server).post("/sentiment").send({ text: "great" })).status, 200);
  assert.deepEqual(logged, []);
  const { text } = await supertest(app.server).get("/metrics");
  assert.doesNotMatch(text, /http_requests_total\{[^}]*status="500"/);
});

test("a stream waits while the queue is full", async (t) => {
  const app = await startApp(t, { maxQueueTokens: 1, workers: 1 });
  const body = `${JSON.stringify({ text: "great film" })}\n`.repeat(5000);
  const answers = await Promise.all([stream(app, body), stream(app, body)]);
  for (const { lines } of answers) assert.equal(lines.at(-1).summary.ok, 5000);
});

test("the batch route accepts and sends gzip, and its limit applies to the decompressed body", async (t) => {
  const app = await startApp(t, { maxBodyBytes: 100_000 });
  const post = (packed: Buffer) =>
    supertest(app.server)
      .post("/sentiment/batch")
      .set({ "content-type": "application/json", "content-encoding": "gzip", "accept-encoding": "gzip" })
      .serialize((value) => value)
      .send(packed as unknown as object);
  const items = Array.from({ length: 100 }, () => ({ text: "great" }));
  const scored = await post(gzipSync(JSON.stringify({ items })));
  assert.equal(scored.headers["content-encoding"], "gzip");
  assert.equal(scored.body.results.length, 100);
  const bomb = await post(gzipSync(`{"items":[{"text":"${" ".repeat(50_000_000)}"}]}`));
  assert.deepEqual([bomb.status, bomb.body.code], [413, "body_too_large"]);
  const broken = await post(Buffer.from("this is no gzip"));
  assert.deepEqual([broken.status, broken.body.code], [400, "invalid_body"]);
});

test("1,001 unreadable lines in a row end a stream, and scattered ones do not", async (t) => {
  const app = await startApp(t, {});
  const good = '{"text":"great"}\n';
  const { lines } = await stream(app, `${good}${"0\n".repeat(2_000)}`);
  const { summary } = lines.at(-1);
  assert.deepEqual([summary.complete, summary.error.code], [false, "invalid_body"]);
  assert.match(summary.error.detail, /^1000 lines in a row up to line 1001 /);
  const scattered = await stream(app, `${"0\n".repeat(900)}${good}`.repeat(3));
  assert.deepEqual(scattered.lines.at(-1).summary, { lines: 2_703, ok: 3, failed: 2_700, complete: true });
});

test("a compressed stream has at most as many lines as bytes after the first 100,000 lines", async (t) => {
  const app = await startApp(t, {});
  const packed = gzipSync(`${"\n".repeat(10)}{"text":""}\n`.repeat(20_000));
  const { lines } = await stream(app, packed, { "content-encoding": "gzip" });
  const { summary } = lines.at(-1);
  assert.deepEqual([summary.complete, summary.error.code], [false, "body_too_large"]);
  assert.ok(summary.lines <= 10_000, `${summary.lines} lines were answered`);
});

test("1 MiB of blank lines ends a stream", async (t) => {
  const app = await startApp(t, {});
  const { lines } = await stream(app, "\n".repeat(3_000_000));
  assert.deepEqual([lines[0].summary.complete, lines[0].summary.error.code], [false, "body_too_large"]);
});

test("unreadable lines count for the rate", async (t) => {
  const app = await startApp(t, { rateLimitPerMinute: 2 });
  const bad = `${'{"text":1}\n'.repeat(900)}{"text":"great"}\n`;
  const { lines } = await stream(app, bad.repeat(4));
  const { summary } = lines.at(-1);
  assert.deepEqual([summary.complete, summary.error.code], [false, "rate_limited"]);
});
