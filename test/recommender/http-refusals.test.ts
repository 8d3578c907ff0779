import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { after, describe, test } from "node:test";
import { createLogger } from "@undertone/base";
import supertest from "supertest";
import { buildApp } from "../../services/recommender/src/http/app.ts";
import { PROBLEMS, type ProblemCode } from "../../services/recommender/src/http/problems.ts";
import type { Recommender } from "../../services/recommender/src/recommender.ts";
import { assertProblemOf } from "../helpers/problem.ts";
import { openRecommender, startRecommender } from "../helpers/recommender.ts";

const assertProblem = (response: supertest.Response, code: ProblemCode): void =>
  assertProblemOf(PROBLEMS, response, code);

const writes: ["post" | "put" | "delete", string, object | undefined][] = [
  ["post", "/feedback", { items: [{ user_id: "u", item_id: "i" }] }],
  ["put", "/items/i", {}],
  ["delete", "/users/u", undefined],
  ["post", "/rescore", undefined],
];

describe("refusals", async () => {
  const { app } = await startRecommender({ after }, { maxBodyBytes: 50_000 });
  const http = supertest(app.server);
  const post = (body: string) => http.post("/feedback").set("content-type", "application/json").send(body);
  const item = (rest: string) => `{"items":[{"user_id":"u","item_id":"i"${rest}}]}`;

  const badBodies: [string, string, RegExp][] = [
    ["not JSON", "great film", /^The body could not be read as JSON\.$/],
    ["no items", '{"items":[]}', /^items: expected a list of 1 to 1000 items, got a list of 0 items\.$/],
    ["items that are no list", '{"items":{}}', /items/],
    [
      "an unknown field of the request",
      '{"items":[{}],"rows":[]}',
      /^rows: this member is not known; known are items\.$/,
    ],
    ["a poisoned prototype", '{"items":[],"__proto__":{}}', /JSON/],
  ];
  for (const [what, body, detail] of badBodies) {
    test(`${what} is an invalid body`, async () => {
      const response = await post(body);
      assertProblem(response, "invalid_body");
      assert.match(response.body.detail, detail);
    });
  }

  test("1,001 items are an invalid body", async () => {
    const items = Array.from({ length: 1001 }, () => ({ user_id: "u", item_id: "i" }));
    assertProblem(await http.post("/feedback").send({ items }), "invalid_body");
  });

  test("item settings of a wrong type are an invalid body", async () => {
    assertProblem(await http.put("/items/i").send({ hidden: "true" }), "invalid_body");
    assertProblem(await http.put("/items/i").send({ colour: "red" }), "invalid_body");
  });

  for (const path of [
    "/users/u/recommendations?n=0",
    "/users/u/recommendations?n=101",
    "/users/u/recommendations?n=1.5",
    "/users/u/recommendations?n=many",
    "/users/u/recommendations?n=1&n=2",
    "/users/u/recommendations?limit=5",
    "/users/u/recommendations?category=",
    "/items?sort=price",
    "/items/i/similar?category=film",
  ]) {
    test(`${path} is an invalid query`, async () => {
      assertProblem(await http.get(path), "invalid_query");
    });
  }

  for (const [what, id] of [
    ["is too long", "i".repeat(201)],
    ["has a NUL", "%00"],
    ["has a NUL inside", "a%00b"],
    ["has a line break", "a%0Ab"],
    ["has a control character of Latin-1", "%C2%85"],
  ]) {
    test(`an id in a path that ${what} is refused, as it is in a body`, async () => {
      assertProblem(await http.put(`/items/${id}`).send({}), "invalid_query");
      assertProblem(await http.get(`/items/${id}`), "invalid_query");
      assertProblem(await http.get(`/items/${id}/similar`), "invalid_query");
      assertProblem(await http.get(`/users/${id}/recommendations`), "invalid_query");
      assertProblem(await http.delete(`/users/${id}`), "invalid_query");
    });
  }

  test("an item that was never stored is unknown", async () => {
    assertProblem(await http.get("/items/nothing"), "unknown_item");
    assertProblem(await http.get("/items/nothing/similar"), "unknown_item");
    assertProblem(await http.get("/items/constructor"), "unknown_item");
  });

  test("a body over the limit is refused", async () => {
    assertProblem(await post(item(`,"text":"${"a".repeat(60_000)}"`)), "body_too_large");
    assertProblem(await http.put("/items/i").send({ category: "a".repeat(60_000) }), "body_too_large");
  });

  test("a body of another type is refused", async () => {
    for (const type of ["text/plain", "application/xml"]) {
      assertProblem(
        await http.post("/feedback").set("content-type", type).send("x"),
        "unsupported_media_type",
      );
      assertProblem(await http.put("/items/i").set("content-type", type).send("x"), "unsupported_media_type");
    }
  });

  test("an unknown route, and a wrong method, are problem documents too", async () => {
    assertProblem(await http.get("/recommendations"), "not_found");
    const wrong = await http.get("/users/u");
    assertProblem(wrong, "method_not_allowed");
    assert.equal(wrong.headers.allow, "DELETE");
  });
});

/** The production app over a recommender with one replaced method. */
async function startWith(
  t: Parameters<typeof openRecommender>[0],
  part: Partial<Recommender>,
  settings = {},
) {
  const { config, recommender } = await openRecommender(t, settings);
  Object.defineProperties(recommender, Object.getOwnPropertyDescriptors(part));
  const app = await buildApp(config, recommender, createLogger("silent"));
  t.after(() => app.close());
  await app.ready();
  return supertest(app.server);
}

test("when the queue of writes is full, further writes are refused, and the service is not ready", async (t) => {
  const http = await startWith(t, { overloaded: true });
  for (const [method, path, body] of writes) assertProblem(await http[method](path).send(body), "overloaded");
  assertProblem(await http.get("/readyz"), "overloaded");
  await http.get("/users/u/recommendations").expect(200);
});

test("writes count as pending until they are done", async (t) => {
  const { recommender } = await openRecommender(t, { maxPendingWrites: 2 });
  const row = { user_id: "u", item_id: "i", at: undefined, rating: null, text: null };
  const held = Array.from({ length: 4 }, () => recommender.store([row]));
  assert.equal(recommender.overloaded, true);
  await Promise.all(held);
  assert.equal(recommender.overloaded, false);
});

test("a request that takes too long is answered when its deadline passes", async (t) => {
  const never = () => new Promise<never>(() => {});
  const slow = {
    overloaded: false,
    recommend: never,
    store: never,
    deleteUser: never,
    rescore: never,
    putItem: never,
  };
  const http = await startWith(t, slow, { requestTimeoutMs: 50 });
  for (const [method, path, body] of writes) {
    assertProblem(await http[method](path).send(body), "deadline_exceeded");
  }
  assertProblem(await http.get("/users/u/recommendations"), "deadline_exceeded");
});

test("while the service closes, new requests are refused as draining", async (t) => {
  const { app } = await startRecommender(t);
  const { port } = new URL(await app.listen({ port: 0 }));
  // A request that begins before the service closes, and ends after that.
  const socket = net.connect(Number(port), "127.0.0.1");
  socket.write("GET /users/u/recommendations HTTP/1.1\r\nhost: localhost\r\n");
  await new Promise((resolve) => setTimeout(resolve, 50));
  const closed = app.close();
  await new Promise((resolve) => setTimeout(resolve, 20));
  socket.write("\r\n");
  const [answer] = await once(socket.setEncoding("utf8"), "data");
  assert.match(answer, /^HTTP\/1\.1 503 [\s\S]*"code":"draining"/);
  socket.end();
  await closed;
});
