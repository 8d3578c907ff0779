import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ConfigError, readConfig } from "@undertone/base";
import supertest from "supertest";
import { ConfigSchema } from "../../services/sentiment/src/config.ts";
import { startApp } from "../helpers/app.ts";
import { assertProblem } from "../helpers/problem.ts";

const KEYS = ["first-key-of-24-letters-", "second-key-of-24-letters"];
const OPEN = ["/livez", "/readyz", "/metrics", "/docs/", "/openapi.yaml"];

describe("with API keys", async () => {
  const app = await startApp({ after }, { apiKeys: KEYS.join(","), workers: 1 });
  const score = () => supertest(app.server).post("/sentiment").send({ text: "great" });

  for (const key of KEYS) {
    test(`${key} is accepted in either header`, async () => {
      await score().set("authorization", `Bearer ${key}`).expect(200);
      await score().set("x-api-key", key).expect(200);
    });
  }

  const wrong: [string, Record<string, string>][] = [
    ["no key", {}],
    ["an empty key", { "x-api-key": "" }],
    ["a part of a key", { "x-api-key": KEYS[0]!.slice(0, -1) }],
    ["all keys at once", { "x-api-key": KEYS.join(",") }],
    ["a key in another scheme", { authorization: `Basic ${KEYS[0]}` }],
    ["another key", { authorization: "Bearer third-key-of-24-letters-" }],
  ];
  for (const [what, headers] of wrong) {
    test(`${what} is refused before the body is read`, async () => {
      const response = await supertest(app.server).post("/sentiment").set(headers).send({ text: 1 });
      assertProblem(response, "unauthorized");
      assert.match(response.headers["www-authenticate"]!, /^Bearer realm=/);
      assert.doesNotMatch(response.text, /-key-of-24/);
    });
  }

  test("every route needs a key, except probes, metrics and documentation", async () => {
    for (const path of OPEN) await supertest(app.server).get(path).expect(200);
    assertProblem(await supertest(app.server).get("/model"), "unauthorized");
    assertProblem(await supertest(app.server).get("/nowhere"), "not_found");
  });
});

test("a key that is too short, or an empty key between commas, is refused at the start", () => {
  for (const API_KEYS of ["short", `${KEYS[0]},`, `${KEYS[0]},short`, `${KEYS[0]} with spaces`]) {
    assert.throws(
      () => readConfig(ConfigSchema, { API_KEYS }),
      (error) =>
        error instanceof ConfigError &&
        error.faults[0] ===
          "API_KEYS: expected keys of at least 16 characters, separated by commas, got [redacted]",
    );
  }
  assert.equal(readConfig(ConfigSchema, { API_KEYS: KEYS.join(",") }).apiKeys, KEYS.join(","));
});

test("a key above its rate gets Retry-After, and other keys go on", async (t) => {
  const app = await startApp(t, { apiKeys: KEYS.join(","), rateLimitPerMinute: 2, workers: 1 });
  const ask = (key: string) => supertest(app.server).get("/model").set("x-api-key", key);
  await ask(KEYS[0]!).expect(200);
  await supertest(app.server).get("/model").set("authorization", `Bearer ${KEYS[0]}`).expect(200);
  const refused = await ask(KEYS[0]!);
  assertProblem(refused, "rate_limited");
  assert.ok(Number(refused.headers["retry-after"]) >= 1 && Number(refused.headers["retry-after"]) <= 60);
  await ask(KEYS[1]!).expect(200);
  for (let n = 0; n < 4; n++) await supertest(app.server).get("/livez").expect(200);
});

test("without keys the rate is per address, which the trusted proxy gives", async (t) => {
  const app = await startApp(t, { rateLimitPerMinute: 1, trustedProxies: 1, workers: 1 });
  const from = (address: string) => supertest(app.server).get("/model").set("x-forwarded-for", address);
  await from("192.0.2.1").expect(200);
  assertProblem(await from("192.0.2.1"), "rate_limited");
  assertProblem(await from("192.0.2.9, 192.0.2.1"), "rate_limited"); // only the last hop is a trusted proxy
  await from("192.0.2.2").expect(200);
});

test("an address that no trusted proxy has added is ignored", async (t) => {
  const app = await startApp(t, { rateLimitPerMinute: 1, workers: 1 });
  const from = (address: string) => supertest(app.server).get("/model").set("x-forwarded-for", address);
  await from("192.0.2.1").expect(200);
  assertProblem(await from("192.0.2.2"), "rate_limited");
});
