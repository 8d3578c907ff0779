import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { listening, startRecommender } from "../../../helpers/process.ts";
import { Scene, startServer, temporaryFolder } from "../scene.ts";

const REVIEWS = [
  { user_id: "ann", item_id: "heat", text: "The film was great." },
  { user_id: "ben", item_id: "heat", text: "The film was great." },
  { user_id: "cid", item_id: "heat", text: "The film was awful." },
  { user_id: "dee", item_id: "heat", text: "zyzzyva" },
];

test("reviews posted to the recommender are scored by the stream, without a sentiment service", async (t) => {
  const scene = await Scene.open(t, [await startServer(t)]);
  await scene.worker();
  const env = {
    NATS_URL: scene.env.NATS_URL!,
    SCORES_STREAM: "SCORES",
    SENTIMENT_URL: "http://127.0.0.1:1",
    DATABASE_PATH: path.join(await temporaryFolder(t), "recommender.db"),
  };
  const unscored = async (url: string) => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/^recommender_unscored_texts (\d+)/m.exec(metrics)?.[1]);
  };
  const scoredAll = async (url: string) => {
    for (let tries = 0; (await unscored(url)) !== 0; tries++) {
      assert.ok(tries < 300, "the texts were not scored");
      await sleep(100);
    }
  };
  const first = startRecommender(t, env);
  const url = await listening(first);
  const post = (route: string, body: unknown) =>
    fetch(`${url}${route}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  assert.equal((await post("/feedback", { items: REVIEWS })).status, 200);
  await scoredAll(url);
  const item = (await (await fetch(`${url}/items/heat`)).json()) as { models: { texts: number }[] };
  assert.equal(item.models[0]!.texts, 3);
  assert.equal(await scene.reviewsStored(), 3, "a text that two users wrote is published once");

  // Scored again by the same model: every answer is in the stream already.
  assert.ok((await post("/rescore", {})).ok);
  await scoredAll(url);
  assert.equal((await scene.answers()).everStored, 3);
});
