import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import supertest from "supertest";
import { Value } from "typebox/value";
import { FeedbackResult } from "../../services/recommender/src/http/routes/post-feedback.ts";
import { startRecommender } from "../helpers/recommender.ts";

const good = (item_id: string) => ({ user_id: "u", item_id, rating: 4 });
const at = (ms: number) => new Date(Date.now() + ms).toISOString();
const ID = "expected a string of 1 to 200 characters without control characters";
const TIME = "expected a time that exists, such as 2026-01-31T18:30:00Z";

const faults: [what: string, item: unknown, code: string, detail: string | RegExp][] = [
  ["null", null, "invalid_item", "items[1]: expected an object, got null"],
  ["a string", "great", "invalid_item", 'items[1]: expected an object, got "great"'],
  ["a list", [], "invalid_item", "items[1]: expected an object, got a list"],
  [
    "an unknown field",
    { ...good("i"), stars: 5 },
    "invalid_item",
    'items[1]: expected only the fields user_id, item_id, text, rating, at, got "stars"',
  ],
  ["no user_id", { item_id: "i" }, "invalid_id", `items[1].user_id: ${ID}, got nothing`],
  ["no item_id", { user_id: "u" }, "invalid_id", `items[1].item_id: ${ID}, got nothing`],
  ["a number as id", { ...good("i"), item_id: 7 }, "invalid_id", `items[1].item_id: ${ID}, got 7`],
  ["an empty id", good(""), "invalid_id", `items[1].item_id: ${ID}, got an empty string`],
  [
    "an id of 201",
    good("i".repeat(201)),
    "invalid_id",
    `items[1].item_id: ${ID}, got a string of 201 characters`,
  ],
  ["an id with a line break", good("a\nb"), "invalid_id", `items[1].item_id: ${ID}, got "a\\nb"`],
  ["an id with a NUL", good("a\0"), "invalid_id", `items[1].item_id: ${ID}, got "a\\u0000"`],
  ["a lone surrogate in an id", good("\ud83c"), "invalid_id", /^items\[1\]\.item_id: /],
  [
    "rating 0",
    { ...good("i"), rating: 0 },
    "invalid_rating",
    "items[1].rating: expected a number from 1 to 5, got 0",
  ],
  [
    "rating 10",
    { ...good("i"), rating: 10 },
    "invalid_rating",
    "items[1].rating: expected a number from 1 to 5, got 10",
  ],
  [
    "rating 5.1",
    { ...good("i"), rating: 5.1 },
    "invalid_rating",
    "items[1].rating: expected a number from 1 to 5, got 5.1",
  ],
  [
    "rating null",
    { ...good("i"), rating: null },
    "invalid_rating",
    "items[1].rating: expected a number from 1 to 5, got null; leave the field out if there is none",
  ],
  [
    'rating "5"',
    { ...good("i"), rating: "5" },
    "invalid_rating",
    'items[1].rating: expected a number from 1 to 5, got "5"',
  ],
  [
    "rating true",
    { ...good("i"), rating: true },
    "invalid_rating",
    "items[1].rating: expected a number from 1 to 5, got true",
  ],
  [
    "text null",
    { ...good("i"), text: null },
    "invalid_text",
    "items[1].text: expected a string, got null; leave the field out if there is none",
  ],
  [
    "text as a list",
    { ...good("i"), text: ["a"] },
    "invalid_text",
    "items[1].text: expected a string, got a list",
  ],
  ["a NUL in the text", { ...good("i"), text: "a\0b" }, "invalid_text", /^items\[1\]\.text: expected no NUL/],
  [
    "half of a surrogate pair",
    { ...good("i"), text: "half \ud83c" },
    "invalid_text",
    /^items\[1\]\.text: expected no NUL/,
  ],
  [
    "a text that is too long",
    { ...good("i"), text: "a".repeat(1_001) },
    "text_too_long",
    "items[1].text: expected at most 1000 UTF-16 units, got 1001",
  ],
  [
    "a day as time",
    { ...good("i"), at: "2020-01-01" },
    "invalid_at",
    `items[1].at: ${TIME}, got "2020-01-01"`,
  ],
  [
    "Unix seconds as time",
    { ...good("i"), at: 1_700_000_000 },
    "invalid_at",
    `items[1].at: ${TIME}, got 1700000000`,
  ],
  [
    "February 30",
    { ...good("i"), at: "2021-02-30T00:00:00Z" },
    "invalid_at",
    `items[1].at: ${TIME}, got "2021-02-30T00:00:00Z"`,
  ],
  [
    "a leap second",
    { ...good("i"), at: "2016-12-31T23:59:60Z" },
    "invalid_at",
    `items[1].at: ${TIME}, got "2016-12-31T23:59:60Z"`,
  ],
  [
    "the year 2099",
    { ...good("i"), at: "2099-01-01T00:00:00Z" },
    "invalid_at",
    /^items\[1\]\.at: expected a time that is at most 5 minutes after now \(2\d{3}-.*Z\), got "2099-01-01T00:00:00Z"$/,
  ],
  [
    "a time in six minutes",
    { ...good("i"), at: at(6 * 60_000) },
    "invalid_at",
    /at most 5 minutes after now/,
  ],
  [
    "a long string as time",
    { ...good("i"), at: "x".repeat(500) },
    "invalid_at",
    `items[1].at: ${TIME}, got a string of 500 characters`,
  ],
];

describe("a batch with one bad item", async () => {
  const { app, recommender } = await startRecommender({ after }, { maxTextLength: 1_000 });
  const http = supertest(app.server);
  const send = async (items: unknown[]) => {
    const { body } = await http.post("/feedback").send({ items }).expect(200);
    assert.ok(Value.Check(FeedbackResult, body as unknown));
    return body.results as { status: string; error?: { code: string; detail: string } }[];
  };

  for (const [what, item, code, detail] of faults) {
    test(`${what}: its own error says where and why, and the others are stored`, async () => {
      const results = await send([good("before"), item, good("after")]);
      assert.deepEqual(
        results.map(({ status }) => status),
        ["stored", "error", "stored"],
      );
      const { error } = results[1]!;
      assert.equal(error!.code, code);
      if (typeof detail === "string") assert.equal(error!.detail, detail);
      else assert.match(error!.detail, detail);
      await http.get("/items/before").expect(200);
      await http.get("/items/after").expect(200);
      await http.get("/items/i").expect(404);
      await http.delete("/users/u").expect(200, { deleted: 2 });
    });
  }

  test("a request of bad items only is answered item by item", async () => {
    const results = await send([null, {}, good("")]);
    assert.deepEqual(
      results.map(({ error }) => error?.detail.slice(0, 9)),
      ["items[0]:", "items[1].", "items[2]."],
    );
    assert.equal(recommender.catalogue.rows, 0);
  });

  test("an error never quotes the text of a review", async () => {
    const [result] = await send([{ user_id: "u", text: "a secret opinion" }]);
    assert.doesNotMatch(JSON.stringify(result), /secret/);
  });

  test("a time four minutes ahead is accepted, and does not keep later feedback out", async () => {
    const [ahead] = await send([{ ...good("clock"), rating: 1, at: at(4 * 60_000) }]);
    assert.equal(ahead!.status, "stored");
    const [later] = await send([{ ...good("clock"), rating: 5 }]);
    assert.equal(later!.status, "stored");
    const { body } = await http.get("/items/clock").expect(200);
    assert.ok(body.quality > 0.5);
  });
});
