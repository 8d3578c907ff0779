import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listenBase, startBase } from "../helpers/base-app.ts";
import { Connection, statuses } from "../helpers/connection.ts";

const request = (path: string) => `GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`;

test("constant answers are made once, and a client that has one gets 304", async (t) => {
  const app = await startBase(t);
  const swagger = t.mock.method(app, "swagger");
  for (const path of ["/openapi.yaml", "/docs/static/swagger-ui.css", "/docs/"]) {
    const first = await app.inject(path);
    assert.equal(first.statusCode, 200);
    const { etag } = first.headers;
    assert.match(String(etag), /^"[\w-]{22}"$/);
    const second = await app.inject(path);
    assert.equal(second.body, first.body);
    assert.equal(second.headers["content-type"], first.headers["content-type"]);
    assert.equal(second.headers["content-security-policy"], first.headers["content-security-policy"]);
    for (const known of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const third = await app.inject({ url: path, headers: { "if-none-match": String(known) } });
      assert.deepEqual([third.statusCode, third.body, third.headers.etag], [304, "", etag]);
    }
    const other = await app.inject({ url: path, headers: { "if-none-match": '"other"' } });
    assert.equal(other.statusCode, 200);
  }
  assert.ok(swagger.mock.callCount() <= 1, "the contract was made more than once");
});

test("a path without a file is not found", async (t) => {
  const app = await startBase(t);
  for (let n = 0; n < 3; n++) assert.equal((await app.inject(`/docs/static/none-${n}.js`)).statusCode, 404);
});

test("pipelined requests are answered in order, and other requests are answered between them", async (t) => {
  const { port } = await listenBase(t);
  const greedy = new Connection(port);
  await once(greedy.socket, "connect");
  const other = new Connection(port);
  await once(other.socket, "connect");
  greedy.socket.write(request("/metrics").repeat(200));
  other.socket.write(request("/livez"));
  await other.until(/alive/);
  const before = statuses(greedy.said).length;
  assert.ok(before < 200, "the other connection waited for all of them");
  while (statuses(greedy.said).length < 200) await once(greedy.socket, "data");
  assert.deepEqual(new Set(statuses(greedy.said)), new Set([200]));
});

test("a connection with too many pipelined requests is closed", async (t) => {
  const { port } = await listenBase(t);
  const connection = new Connection(port);
  connection.socket.write(request("/livez").repeat(1_500));
  await connection.end();
  assert.ok(statuses(connection.said).length < 1_500);
});

test("open routes are counted per address, /metrics counts as ten, and probes do not count", async (t) => {
  const app = await startBase(t, { openRateLimitPerMinute: 20, apiKeys: "a-key-that-is-long-enough" });
  const get = async (url: string) => (await app.inject(url)).statusCode;
  assert.deepEqual([await get("/metrics"), await get("/metrics"), await get("/metrics")], [200, 200, 429]);
  for (const path of ["/open", "/openapi.yaml", "/docs/"]) assert.equal(await get(path), 429, path);
  const refused = await app.inject("/open");
  assert.ok(Number(refused.headers["retry-after"]) >= 1);
  for (let n = 0; n < 30; n++) assert.equal(await get("/livez"), 200);
  const elsewhere = await app.inject({ url: "/open", remoteAddress: "192.0.2.1" });
  assert.equal(elsewhere.statusCode, 200);
});

test("a connection above the limit closes the oldest one that has sent nothing, not one that was served", async (t) => {
  const { port } = await listenBase(t, { maxConnections: 3 });
  const served = new Connection(port);
  served.socket.write(request("/livez"));
  await served.until(/alive/);
  const silent = [new Connection(port), new Connection(port)];
  for (const { socket } of silent) await once(socket, "connect");
  const next = new Connection(port);
  next.socket.write(request("/livez"));
  assert.match(await next.until(/alive/), /200 OK/);
  await silent[0]!.end();
  served.said = "";
  served.socket.write(request("/livez"));
  assert.match(await served.until(/alive/), /200 OK/);
});

test("if all have sent something, one with an unfinished body is closed first, then an idle one", async (t) => {
  const { port } = await listenBase(t, { maxConnections: 2 });
  const idle = new Connection(port);
  idle.socket.write(request("/livez"));
  await idle.until(/alive/);
  const receiving = new Connection(port);
  receiving.socket.write(
    "POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{",
  );
  await sleep(100); // its head has arrived
  const second = new Connection(port);
  second.socket.write(request("/livez"));
  await Promise.all([receiving.end(), second.until(/alive/)]);
  const third = new Connection(port);
  third.socket.write(request("/livez"));
  await Promise.all([idle.end(), third.until(/alive/)]);
  assert.match(second.said, /200 OK/);
  assert.match(third.said, /200 OK/);
});
