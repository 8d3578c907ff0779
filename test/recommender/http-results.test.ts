import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import supertest from "supertest";
import { Value } from "typebox/value";
import { Item } from "../../services/recommender/src/http/routes/get-item.ts";
import { ItemList } from "../../services/recommender/src/http/routes/get-items.ts";
import { Recommendations } from "../../services/recommender/src/http/routes/get-recommendations.ts";
import { Similar } from "../../services/recommender/src/http/routes/get-similar-items.ts";
import { FeedbackResult } from "../../services/recommender/src/http/routes/post-feedback.ts";
import { startRecommender } from "../helpers/recommender.ts";

const interactions = (user_id: string, ...items: string[]) => items.map((item_id) => ({ user_id, item_id }));

describe("results", async () => {
  const { app, recommender } = await startRecommender({ after });
  const http = supertest(app.server);
  const send = async (items: object[]) => (await http.post("/feedback").send({ items }).expect(200)).body;
  const recommend = async (user: string, query = "") => {
    const { body } = await http.get(`/users/${user}/recommendations${query}`).expect(200);
    assert.ok(Value.Check(Recommendations, body));
    return body.recommendations as Entry[];
  };

  before(async () => {
    // Two groups without a common user: comedies a, b, c and westerns x, y, z. All users rate what
    // they saw.
    for (const [user, ...items] of [
      ["u1", "a", "b", "c"],
      ["u2", "a", "b", "c"],
      ["u3", "a", "b"],
      ["u4", "x", "y", "z"],
      ["u5", "x", "y", "z"],
      ["u6", "x", "y"],
    ]) {
      await send(items.map((item_id) => ({ user_id: user, item_id, rating: item_id === "z" ? 1 : 4 })));
    }
    await send(interactions("fan", "a"));
    await http.put("/items/x").send({ category: "western" }).expect(200);
    await recommender.builder.build();
  });

  test("a user gets the items of users with the same items, with the reasons", async () => {
    const [first, second] = await recommend("fan");
    assert.equal(first!.item, "b");
    assert.equal(second!.item, "c");
    assert.equal(first!.affinity, 1);
    assert.deepEqual([first!.source, first!.because, first!.reviews], ["personal", ["a"], 3]);
  });

  test("items without a similarity to the user's items come after the others, as popular", async () => {
    const rest = (await recommend("fan")).slice(2);
    assert.deepEqual(
      rest.map(({ item }) => item),
      ["x", "y", "z"],
    );
    for (const { source, because, affinity } of rest) {
      assert.deepEqual([source, because, affinity], ["popular", [], 0]);
    }
  });

  test("the score is P(interact) times P(like) to the power of gamma, 2 by default", async () => {
    for (const { score, affinity, pLike, item } of await recommend("fan")) {
      const { body } = await http.get(`/items/${item}`).expect(200);
      assert.equal(body.quality, pLike);
      // The user has one item, and the most popular of the others has three users.
      const interact = affinity + (2 / 901) * (body.interactions / 3);
      assert.ok(Math.abs(score - interact * pLike ** 2) < 1e-12);
    }
  });

  test("an item that the user gave feedback on is never recommended", async () => {
    assert.deepEqual(
      (await recommend("u1")).map(({ item }) => item),
      ["x", "y", "z"],
    );
  });

  test("an unknown user gets the popular list", async () => {
    const list = await recommend("nobody");
    assert.equal(list[0]!.item, "a");
    assert.equal(list.length, 6);
    assert.ok(list.every(({ source }) => source === "popular"));
  });

  test("n and category narrow the list", async () => {
    assert.equal((await recommend("nobody", "?n=2")).length, 2);
    assert.deepEqual(
      (await recommend("nobody", "?category=western")).map(({ item }) => item),
      ["x"],
    );
    assert.deepEqual(await recommend("nobody", "?category=opera"), []);
  });

  test("a hidden item is in no list until it is shown again", async () => {
    await http.put("/items/b").send({ hidden: true }).expect(200);
    assert.equal((await recommend("fan"))[0]!.item, "c");
    const similar = await http.get("/items/a/similar").expect(200);
    assert.deepEqual(
      similar.body.items.map(({ item }: Entry) => item),
      ["c"],
    );
    const { body } = await http.get("/items?sort=quality").expect(200);
    assert.ok(!body.items.some(({ item }: Entry) => item === "b"));
    assert.equal((await http.get("/items/b").expect(200)).body.hidden, true);
    await http.put("/items/b").send({}).expect(200);
    assert.equal((await recommend("fan"))[0]!.item, "b");
  });

  test("similar items are ordered by similarity", async () => {
    const { body } = await http.get("/items/a/similar?n=5").expect(200);
    assert.ok(Value.Check(Similar, body as unknown));
    assert.deepEqual(
      body.items.map(({ item }: Entry) => item),
      ["b", "c"],
    );
    assert.ok(body.items[0].similarity > body.items[1].similarity);
  });

  test("items are ordered by quality, and limited to a category if one is given", async () => {
    const { body } = await http.get("/items?sort=quality&n=100").expect(200);
    assert.ok(Value.Check(ItemList, body as unknown));
    const qualities = body.items.map(({ quality }: { quality: number }) => quality);
    assert.deepEqual(
      qualities,
      qualities.toSorted((a: number, b: number) => b - a),
    );
    assert.equal(body.items.at(-1).item, "z");
    const western = await http.get("/items?category=western").expect(200);
    assert.deepEqual(
      western.body.items.map(({ item }: Entry) => item),
      ["x"],
    );
  });

  test("an item has its quality, and a new review counts at once", async () => {
    const before = await http.get("/items/y").expect(200);
    assert.ok(Value.Check(Item, before.body));
    await send([{ user_id: "critic", item_id: "y", rating: 1 }]);
    const { body } = await http.get("/items/y").expect(200);
    assert.equal(body.reviews, before.body.reviews + 1);
    assert.ok(body.quality < before.body.quality);
    await http.delete("/users/critic").expect(200, { deleted: 1 });
    const again = (await http.get("/items/y").expect(200)).body;
    assert.ok(Math.abs(again.quality - before.body.quality) < 1e-12);
    assert.equal(again.interactions, before.body.interactions);
  });

  test("a deleted user is unknown at once, and does not count in the next build of the neighbours", async () => {
    await send(interactions("odd", "a", "z"));
    await recommender.builder.build();
    const similar = async () =>
      (await http.get("/items/z/similar")).body.items.map(({ item }: Entry) => item);
    assert.ok((await similar()).includes("a"));
    await http.delete("/users/odd").expect(200, { deleted: 2 });
    assert.ok((await recommend("odd")).every(({ source }) => source === "popular"));
    await recommender.builder.build();
    assert.ok(!(await similar()).includes("a"));
    await http.delete("/users/odd").expect(200, { deleted: 0 });
  });

  test("each item of a batch has its own result, in order, and a fault does not affect the others", async () => {
    const body = await send([
      { user_id: "batch", item_id: "new1", text: "great", at: "2020-01-01T00:00:00Z" },
      { user_id: "batch", item_id: "new1", text: "old", at: "2019-01-01T00:00:00+02:00" },
      { user_id: "batch", item_id: "new2", text: "a\0b" },
      { user_id: "batch", item_id: "new2", text: "half \ud83c" },
      { user_id: "batch", item_id: "new2", text: "a".repeat(100_001) },
      { user_id: "batch", item_id: "new2", at: "2016-12-31T23:59:60Z" },
      { user_id: "batch", item_id: "new1", text: "great", at: "2020-01-01T01:00:00+01:00" },
      { user_id: "batch", item_id: "new3" },
    ]);
    assert.ok(Value.Check(FeedbackResult, body));
    assert.deepEqual(
      body.results.map(
        ({ status, error }: { status: string; error?: { code: string } }) => error?.code ?? status,
      ),
      [
        "stored",
        "superseded",
        "invalid_text",
        "invalid_text",
        "text_too_long",
        "invalid_at",
        "unchanged",
        "stored",
      ],
    );
    await http.get("/items/new1").expect(200);
    await http.get("/items/new2").expect(404);
    await http.delete("/users/batch").expect(200, { deleted: 2 });
  });

  test("ids with any characters of any script can be used in a path", async () => {
    const item_id = "Amélie / 100 % 🎬?".padEnd(200, "ü");
    await send([{ user_id: "ü/1", item_id }]);
    await http.get(`/items/${encodeURIComponent(item_id)}`).expect(200);
    await http.delete(`/users/${encodeURIComponent("ü/1")}`).expect(200, { deleted: 1 });
  });

  test("the metrics show the backlog and what is stored", async () => {
    await send([{ user_id: "waiting", item_id: "a", text: "great" }]);
    const { text } = await http.get("/metrics").expect(200);
    assert.match(text, /^recommender_unscored_texts 1$/m);
    assert.match(text, /^recommender_feedback_rows \d+$/m);
    assert.match(text, /^recommender_build_seconds 0\.\d+$/m);
    assert.match(
      text,
      /http_requests_total\{method="GET",route="\/users\/:id\/recommendations",status="200"\} \d/,
    );
    await http.delete("/users/waiting").expect(200);
    assert.match((await http.get("/metrics")).text, /^recommender_unscored_texts 0$/m);
  });

  test("the service is alive and ready, and the documentation is there", async () => {
    assert.deepEqual((await http.get("/livez").expect(200)).body, { status: "alive" });
    assert.equal((await http.get("/readyz").expect(200)).body.status, "ready");
    await http.get("/docs").redirects(1).expect(200);
  });
});

type Entry = {
  item: string;
  score: number;
  affinity: number;
  pLike: number;
  reviews: number;
  because: string[];
  source: string;
};

test("after a restart the feedback is there, and the neighbours are built before the port is open", async (t) => {
  const { config, recommender } = await startRecommender(t);
  const rows = [...interactions("u", "a", "b"), ...interactions("v", "a")];
  await recommender.store(rows.map((row) => ({ ...row, at: undefined, rating: 5, text: null })));
  await recommender.putItem("b", { category: "film", hidden: 0 });
  const again = await startRecommender(t, { databasePath: config.databasePath });
  const { body } = await supertest(again.app.server)
    .get("/users/v/recommendations?category=film")
    .expect(200);
  assert.deepEqual(
    body.recommendations.map(({ item, source }: Entry) => [item, source]),
    [["b", "personal"]],
  );
  assert.equal(
    body.recommendations[0].pLike,
    recommender.catalogue.quality(recommender.catalogue.index("b")!),
  );
});
