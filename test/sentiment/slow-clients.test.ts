import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { after, describe, test } from "node:test";
import { PROBLEMS } from "../../services/sentiment/src/http/errors.ts";
import { startApp } from "../helpers/app.ts";
import type { Code } from "../helpers/problem.ts";

describe("slow and malformed clients", async () => {
  const app = await startApp({ after }, { headersTimeoutMs: 300, receiveTimeoutMs: 1500, workers: 1 });
  await app.listen({ port: 0 });
  const { port } = app.server.address() as net.AddressInfo;

  /**
   * Sends `head`, then `drop` every 50 ms until the server closes the connection. Resolves with the answer.
   */
  async function drip(head: string, drop: string): Promise<string> {
    const socket = net.connect(port, "127.0.0.1").setEncoding("utf8");
    let said = "";
    socket.on("data", (chunk) => {
      said += chunk;
    });
    socket.on("error", () => {});
    socket.write(head);
    const timer = setInterval(() => drop && socket.write(drop), 50);
    await once(socket, "close");
    clearInterval(timer);
    return said;
  }

  const head = "POST /sentiment HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
  const faults: [string, Code, string, string][] = [
    ["headers that trickle in", "request_timeout", head, "a: b\r\n"],
    ["a head that stops", "request_timeout", head, ""],
    ["a body that trickles in", "request_timeout", `${head}content-length: 1000\r\n\r\n{`, " "],
    ["headers without end", "headers_too_large", `${head}a: ${"b".repeat(20_000)}`, ""],
    ["no HTTP at all", "malformed_request", "great film\r\n\r\n", ""],
    ["two lengths", "malformed_request", `${head}content-length: 5\r\ncontent-length: 6\r\n\r\n`, ""],
  ];
  for (const [what, code, first, drop] of faults) {
    test(`${what} get ${code}, and the connection is closed`, async () => {
      const [top, body] = (await drip(first, drop)).split("\r\n\r\n") as [string, string];
      const { status, title } = PROBLEMS[code];
      assert.ok(top.startsWith(`HTTP/1.1 ${status} `), top);
      assert.match(top, /content-type: application\/problem\+json/);
      const type = `urn:undertone:problem:${code}`;
      assert.deepEqual(JSON.parse(body), { type, title, status, detail: title, code });
    });
  }

  test("a connection without a request may stay open", async () => {
    const socket = net.connect(port, "127.0.0.1").setEncoding("utf8");
    socket.write("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await once(socket, "data");
    await new Promise((resolve) => setTimeout(resolve, 1200));
    socket.write("GET /livez HTTP/1.1\r\nhost: localhost\r\n\r\n");
    assert.match(String((await once(socket, "data"))[0]), /^HTTP\/1\.1 200/);
    socket.destroy();
  });
});
