import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ByteBudget } from "../../services/base/src/byte-budget.ts";
import { bytesInFlight } from "../../services/base/src/memory-limit.ts";
import { listenBase, startBase } from "../helpers/base-app.ts";
import { Connection, statuses } from "../helpers/connection.ts";

const MIB = 2 ** 20;
const head = (length: number) =>
  `POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;

describe("the budget of bytes in flight", () => {
  test("large requests leave a quarter of the budget to small ones", () => {
    const budget = new ByteBudget(8 * MIB);
    budget.take(6 * MIB);
    assert.equal(budget.hasRoom(MIB), false);
    assert.equal(budget.hasRoom(1_000), true);
    assert.equal(budget.hasRoom(1_000, MIB), false, "a part of a large request is a large request's");
    budget.giveBack(6 * MIB);
    assert.equal(budget.hasRoom(6 * MIB), true);
  });

  test("follows the memory, and always has room for several of the largest bodies", () => {
    assert.equal(bytesInFlight(5 * MIB, MIB), 5 * MIB);
    assert.ok(bytesInFlight(0, MIB) >= 4 * MIB);
    assert.equal(bytesInFlight(0, 2 ** 40), 4 * 2 ** 40);
  });

  test("a body that would not fit is refused before it is read", async (t) => {
    const { port } = await listenBase(t, { maxBytesInFlight: 8 * MIB, maxBodyBytes: 8 * MIB });
    const connection = new Connection(port);
    connection.socket.write(head(7 * MIB)); // no byte of the body is sent
    const said = await connection.until(/overloaded/);
    assert.deepEqual(statuses(said), [503]);
    assert.match(said, /retry-after: 1/i);
  });

  test("unfinished bodies fill it, small requests go on, and all of it is returned", {
    timeout: 60_000,
  }, async (t) => {
    const { app, url, port } = await listenBase(t, {
      maxBytesInFlight: 8 * MIB,
      maxBodyBytes: 4 * MIB,
    });
    const slow = [0, 1].map(() => new Connection(port));
    const most = 2.9 * MIB; // two of them leave less than 1 MiB for large requests
    for (const { socket } of slow) socket.write(head(Math.ceil(most)) + " ".repeat(most - 10));
    const large = () =>
      app.inject({ method: "POST", url: "/echo", payload: { a: "b".repeat(MIB) } }).then((r) => r.statusCode);
    const inFlight = async () => {
      const { body } = await app.inject("/metrics");
      return Number(/^http_bytes_in_flight (\d+)/m.exec(body)?.[1]);
    };
    while ((await inFlight()) < 2 * (most - 100)) await sleep(10); // a large request before would take their room
    assert.equal(await large(), 503);
    const small = await fetch(`${url}/echo`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    assert.equal(small.status, 200);
    for (const { socket } of slow) socket.destroy();
    while ((await large()) !== 200) await sleep(10);
    assert.ok((await inFlight()) < 10_000);
  });

  test("an unread answer holds its part until its connection ends", { timeout: 60_000 }, async (t) => {
    const answer = () => "x".repeat(16 * MIB);
    const { port, app } = await listenBase(
      t,
      { answerTimeoutMs: 2_000, maxAnswerBytes: 64 * MIB },
      { answer },
    );
    const { socket } = new Connection(port);
    socket.pause();
    socket.write(`${head(2)}{}`);
    const inFlight = async () => {
      const { body } = await app.inject("/metrics");
      return Number(/^http_bytes_in_flight (\d+)/m.exec(body)?.[1]);
    };
    while ((await inFlight()) < 16 * MIB) await sleep(10);
    while ((await inFlight()) > MIB) await sleep(50);
  });
});

describe("bodies", () => {
  const odd: [string, string, RegExp][] = [
    ["lists in lists", "[".repeat(2_000_000), /nested deeper than 64/],
    ["objects in objects", '{"a":'.repeat(65), /nested deeper than 64/],
    ["very many values", `[${"[],".repeat(200_000)}1]`, /more than 20000 values/],
    ["a string without an end", `{"a":"${"\\\\".repeat(1_000)}`, /could not be read as JSON/],
  ];
  for (const [what, payload, detail] of odd) {
    test(`${what} are refused quickly`, async (t) => {
      const app = await startBase(t);
      const headers = { "content-type": "application/json" };
      const begun = performance.now();
      const { statusCode, json } = await app.inject({ method: "POST", url: "/echo", headers, payload });
      assert.ok(performance.now() - begun < 500);
      assert.equal(statusCode, 400);
      assert.match(json().detail, detail);
    });
  }

  test("brackets and escaped quotes within strings do not count as nesting", async (t) => {
    const app = await startBase(t);
    const sent = { a: `${"[{".repeat(100)}"\\`, b: ["\\\\", '"'] };
    const { body } = await app.inject({ method: "POST", url: "/echo", payload: sent });
    assert.deepEqual(JSON.parse(body), { got: sent });
  });

  test("a refusal repeats only a short part of the request", async (t) => {
    const app = await startBase(t);
    const payload = `{"${"a".repeat(100_000)}`;
    const headers = { "content-type": "application/json" };
    const { body } = await app.inject({ method: "POST", url: "/echo", headers, payload });
    assert.ok(JSON.parse(body).detail.length <= 200);
  });

  test("an answer above the configured size is not sent", async (t) => {
    const app = await startBase(t, { maxAnswerBytes: 10_000 }, { answer: () => "x".repeat(20_000) });
    const { statusCode, json } = await app.inject({ method: "POST", url: "/echo", payload: {} });
    assert.deepEqual([statusCode, json().code], [500, "internal"]);
  });

  test("an answer's size is counted in bytes, not in characters", async (t) => {
    const app = await startBase(t, { maxAnswerBytes: 10_000 }, { answer: () => "語".repeat(5_000) });
    const { statusCode, json } = await app.inject({ method: "POST", url: "/echo", payload: {} });
    assert.deepEqual([statusCode, json().code], [500, "internal"]);
  });

  test("a redirection does not repeat the query", async (t) => {
    const app = await startBase(t);
    const { statusCode, headers } = await app.inject(`/docs/static/index.html?${"a".repeat(5_000)}`);
    assert.equal(statusCode, 302);
    assert.doesNotMatch(String(headers.location), /\?/);
  });
});
