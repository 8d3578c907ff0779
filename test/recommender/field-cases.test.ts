import assert from "node:assert/strict";
import { after, test } from "node:test";
import supertest from "supertest";
import { startRecommender } from "../helpers/recommender.ts";

const { app } = await startRecommender({ after });
const http = supertest(app.server);

async function send(user_id: string, at: string, rating: number): Promise<string> {
  const { body } = await http.post("/feedback").send({ items: [{ user_id, item_id: "i", rating, at }] });
  return body.results[0].status;
}

test("field case 59: zones, fractions of a second and offsets order a user's opinions by their moment", async () => {
  for (const [at, rating, status] of [
    ["2024-05-01T12:00:00+05:30", 1, "stored"],
    ["2024-05-01T06:30:00Z", 2, "stored"], // the same moment, sent later
    ["2024-05-01T06:29:59.999999Z", 3, "superseded"],
    ["2024-05-01T00:30:00-08:00", 4, "stored"], // 08:30 UTC
    ["2024-05-01T08:29:59Z", 5, "superseded"],
    ["2024-05-01T08:30:00.001Z", 1, "stored"],
  ] as const)
    assert.equal(await send("zones", at, rating), status, at);
});

test("field case 59: after a user is deleted, an older opinion is stored again", async () => {
  assert.equal(await send("again", "2024-05-01T00:00:00Z", 5), "stored");
  assert.equal(await send("again", "2020-01-01T00:00:00Z", 1), "superseded");
  await http.delete("/users/again").expect(200);
  assert.equal(await send("again", "2020-01-01T00:00:00Z", 1), "stored");
});
