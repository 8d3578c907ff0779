import assert from "node:assert/strict";
import { test } from "node:test";
import { listenBase } from "../helpers/base-app.ts";
import { Connection, statuses } from "../helpers/connection.ts";

const BODY = '{"a":1}';
const echo = (length = BODY.length) =>
  `POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
const LONG = `GET /${"a".repeat(20_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`;

test("an error of a later request comes after the answers to the earlier ones", async (t) => {
  const { port } = await listenBase(t);
  for (const [wrong, status] of [
    [LONG, 431],
    ["no HTTP at all\r\n\r\n", 400],
    [`POST /echo HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n`, 400],
  ] as const) {
    const connection = new Connection(port);
    connection.socket.write(`${echo()}${BODY}${echo()}${BODY}${wrong}`);
    const said = await connection.end();
    assert.deepEqual(statuses(said), [200, 200, status]);
    assert.match(said, /\{"got":\{"a":1\}\}HTTP[^{]*\{"got":\{"a":1\}\}HTTP/);
  }
});

test("a slow body is refused in time although earlier requests were answered", async (t) => {
  const { port } = await listenBase(t, { receiveTimeoutMs: 500 });
  const connection = new Connection(port);
  connection.socket.write(`${echo()}${BODY}${echo(100)}${BODY}`);
  assert.deepEqual(statuses(await connection.end()), [200, 408]);
});
