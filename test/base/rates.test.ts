import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Problem } from "@undertone/base";
import { clientAddress } from "../../services/base/src/access.ts";
import { RateLimit } from "../../services/base/src/rate-limit.ts";
import { startBase } from "../helpers/base-app.ts";

const KEY = "a-key-that-is-long-enough";

describe("the client that a request is charged to", () => {
  const same: [string, string][] = [
    ["192.0.2.1", "::ffff:192.0.2.1"],
    ["2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"],
    ["2001:0db8:0001:0002::1", "2001:db8:1:2::2"],
    ["fe80::1%eth0", "fe80::2"],
  ];
  for (const [one, other] of same) {
    test(`${one} and ${other} are one client`, () => {
      assert.equal(clientAddress(one), clientAddress(other));
    });
  }

  test("other networks and addresses are other clients", () => {
    const addresses = ["192.0.2.1", "192.0.2.2", "2001:db8:1:2::1", "2001:db8:1:3::1", "::1"];
    assert.equal(new Set(addresses.map(clientAddress)).size, addresses.length);
  });
});

test("work is charged after it was admitted, and a cost above the limit is paid later", async () => {
  const rateLimit = new RateLimit(10);
  await rateLimit.admit("a", 1);
  await rateLimit.charge("a", 49);
  await assert.rejects(rateLimit.admit("a", 0.001), (error) => {
    assert.ok(error instanceof Problem && error.code === "rate_limited");
    assert.equal(error.headers["retry-after"], "300"); // 50 units at 10 in a minute
    return true;
  });
  await rateLimit.admit("b", 1);
});

test("six addresses of one IPv6 network have one rate", async (t) => {
  const app = await startBase(t, { rateLimitPerMinute: 3, trustedProxies: 1 });
  const statuses: number[] = [];
  for (let n = 1; n <= 6; n++) {
    const headers = { "x-forwarded-for": `2001:db8::${n}` };
    statuses.push((await app.inject({ url: "/quiet", headers })).statusCode);
  }
  assert.deepEqual(statuses, [200, 200, 200, 429, 429, 429]);
});

describe("wrong keys", () => {
  test("are counted per address, and then limited", async (t) => {
    const app = await startBase(t, { apiKeys: KEY });
    const ask = async (key: string, remoteAddress = "192.0.2.1") =>
      (await app.inject({ url: "/quiet", headers: { "x-api-key": key }, remoteAddress })).statusCode;
    assert.equal(await ask(KEY), 200);
    for (let n = 0; n < 20; n++) assert.equal(await ask(`wrong ${n}`), 401);
    assert.equal(await ask("wrong again"), 429);
    assert.equal(await ask(KEY), 200, "a key that was right here before goes on");
    assert.equal(await ask("wrong", "192.0.2.2"), 401);
  });

  test("limit right keys too, so that a right guess looks like a wrong one", async (t) => {
    const app = await startBase(t, { apiKeys: KEY });
    const ask = (key: string) => app.inject({ url: "/quiet", headers: { "x-api-key": key } });
    for (let n = 0; n < 20; n++) await ask(`wrong ${n}`);
    const guessed = await ask(KEY);
    assert.equal(guessed.statusCode, 429);
    assert.ok(Number(guessed.headers["retry-after"]) >= 1);
  });
});
