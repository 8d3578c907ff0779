import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { SECURITY_HEADERS } from "../../services/base/src/security-headers.ts";
import { listenBase, startBase } from "../helpers/base-app.ts";
import { Connection, statuses } from "../helpers/connection.ts";

type Headers = Record<string, string>;
const FOREIGN = "http://evil.example";

describe("without keys", async () => {
  const app = await startBase(
    { after },
    { allowedHosts: "scores.example,haproxy", allowedOrigins: "http://app.example:3000" },
  );
  const get = (headers: Headers, url = "/quiet") => app.inject({ url, headers });
  const post = (headers: Headers) => app.inject({ method: "POST", url: "/echo", headers, payload: {} });

  for (const host of [
    "localhost:8080",
    "127.0.0.1:1",
    "[::1]:80",
    "192.0.2.7",
    "scores.example.",
    "HAPROXY:8080",
    "a.localhost",
  ]) {
    test(`${host} is answered`, async () => {
      assert.equal((await get({ host })).statusCode, 200);
    });
  }

  for (const host of [
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "a b",
    "[::1",
  ]) {
    test(`${JSON.stringify(host)} is misdirected, except for probes`, async () => {
      const { statusCode, json } = await get({ host });
      assert.deepEqual([statusCode, json().code], [421, "misdirected_request"]);
      assert.equal((await get({ host }, "/livez")).statusCode, 200);
    });
  }

  const foreign: [string, Headers][] = [
    ["a foreign origin", { origin: FOREIGN }],
    ["an origin that is kept secret", { origin: "null" }],
    ["another port of the same host", { origin: "http://localhost:3000" }],
    ["a cross-site request without an origin", { "sec-fetch-site": "cross-site" }],
    [
      "a cross-site request that claims our origin",
      { origin: "http://localhost:80", "sec-fetch-site": "cross-site" },
    ],
  ];
  for (const [what, headers] of foreign) {
    test(`${what} may read open routes, and may send nothing`, async () => {
      const { statusCode, json } = await post({ host: "localhost:80", ...headers });
      assert.deepEqual([statusCode, json().code], [403, "foreign_origin"]);
      const read = await get({ host: "localhost:80", ...headers });
      assert.equal(read.statusCode, 200);
      assert.equal(read.headers["access-control-allow-origin"], undefined);
    });
  }

  test("the service's own page, and clients that are not browsers, may send", async () => {
    assert.equal((await post({ host: "localhost:80", origin: "http://localhost:80" })).statusCode, 200);
    assert.equal((await post({ host: "localhost:80", origin: "https://localhost:80" })).statusCode, 200);
    assert.equal((await post({ host: "localhost:80", "sec-fetch-site": "same-origin" })).statusCode, 200);
    assert.equal((await post({ host: "localhost:80" })).statusCode, 200);
  });

  test("a page of an allowed origin may send and read, after asking", async () => {
    const origin = "http://app.example:3000";
    const sent = await post({ host: "localhost:80", origin, "sec-fetch-site": "cross-site" });
    assert.equal(sent.statusCode, 200);
    assert.equal(sent.headers["access-control-allow-origin"], origin);
    const ask = (names: string) => {
      const headers = {
        host: "localhost:80",
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": names,
      };
      return app.inject({ method: "OPTIONS", url: "/echo", headers });
    };
    const asked = await ask("content-type,x-api-key");
    assert.equal(asked.statusCode, 204);
    assert.equal(asked.headers["access-control-allow-headers"], "content-type,x-api-key");
    const long = await ask("a".repeat(1_001));
    assert.deepEqual([long.statusCode, long.json().code], [400, "invalid_header"]);
  });
});

test("with API keys every host name is answered, unless ALLOWED_HOSTS is set", async (t) => {
  const key = "a-key-that-is-long-enough";
  const headers = { host: "scores.example", "x-api-key": key };
  const any = await startBase(t, { apiKeys: key });
  assert.equal((await any.inject({ url: "/quiet", headers })).statusCode, 200);
  const named = await startBase(t, { apiKeys: key, allowedHosts: "other.example" });
  assert.equal((await named.inject({ url: "/quiet", headers })).statusCode, 421);
});

test("two Host headers and HTTP/0.9 are malformed", async (t) => {
  const { port } = await listenBase(t);
  for (const request of [
    "GET /livez HTTP/1.1\r\nhost: a\r\nHost: b\r\n\r\n",
    "GET /livez HTTP/0.9\r\n\r\n",
  ]) {
    const connection = new Connection(port);
    connection.socket.write(request);
    const said = await connection.until(/malformed_request/);
    assert.deepEqual(statuses(said), [400], request);
  }
});

test("every answer has the security headers, errors and redirections too", async (t) => {
  const { app, port } = await listenBase(t);
  const answers = await Promise.all([
    app.inject("/livez"),
    app.inject("/metrics"),
    app.inject("/openapi.yaml"),
    app.inject("/nowhere"),
    app.inject("/%zz"),
    app.inject({ method: "DELETE", url: "/livez" }),
    app.inject({ url: "/quiet", headers: { host: "evil.example" } }),
    app.inject({ method: "POST", url: "/echo", headers: { "content-type": "text/plain" }, payload: "a" }),
    app.inject({
      method: "POST",
      url: "/echo",
      headers: { "content-type": "application/json" },
      payload: "{",
    }),
  ]);
  for (const { headers, statusCode } of answers) {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      assert.equal(headers[name], value, `${name} of a ${statusCode}`);
    }
  }
  for (const path of ["/docs/", "/docs/static/swagger-ui.css"]) {
    const { headers } = await app.inject(path);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(String(headers["content-security-policy"]), /frame-ancestors 'none'/);
  }
  const connection = new Connection(port);
  connection.socket.write("no http\r\n\r\n");
  assert.match(await connection.end(), /x-content-type-options: nosniff/);
});

test("the client's own deadline is checked on every route", async (t) => {
  const app = await startBase(t);
  for (const [method, url] of [
    ["GET", "/quiet"],
    ["POST", "/echo"],
    ["GET", "/openapi.yaml"],
  ] as const) {
    for (const value of ["abc", "-1", "0", "1e3", ""]) {
      const { statusCode, json } = await app.inject({
        method,
        url,
        headers: { "x-request-timeout-ms": value },
      });
      assert.deepEqual([statusCode, json().code], [400, "invalid_header"], `${method} ${url} ${value}`);
    }
  }
});
