import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { command, Project } from "./engine.ts";
import { Load, post, sendByClient, sendOnce } from "./load.ts";
import "./stream.ts";

/** `npm run test:compose` tests all services on a real engine. It builds images, so `npm test` omits it. */
const SENTIMENT = "http://127.0.0.1:18480";
const RECOMMENDER = "http://127.0.0.1:18490";
const project = new Project("undertone-test", {
  SENTIMENT_PORT: "18480",
  RECOMMENDER_PORT: "18490",
  REBUILD_SECONDS: "1",
  DATABASE_URL: "",
});
const skip = command === undefined && "no Docker engine with Compose can be reached";

/** Polls until `done` resolves with true. @throws Error with `what` after `seconds` */
async function until(what: string, seconds: number, done: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end) {
    if (await done().catch(() => false)) return;
    await sleep(200);
  }
  throw new Error(`${what}: not within ${seconds} s`);
}

const ready = (url: string) => async () => (await fetch(`${url}/readyz`)).ok;

test("the whole on a real engine", { skip }, async (t) => {
  t.after(() => project.compose("down", "--volumes", "--remove-orphans", "--timeout", "15"));
  await project.compose("down", "--volumes", "--remove-orphans");

  await t.test("one command builds it and starts it", async () => {
    await project.compose("up", "--detach", "--build");
    await until("HAProxy with a ready replica", 60, ready(SENTIMENT));
    await until("the recommender", 60, ready(RECOMMENDER));
  });

  await t.test("a text is scored through HAProxy", async () => {
    const response = await post(`${SENTIMENT}/sentiment`, { text: "A wonderful film." });
    assert.equal(response.status, 200);
    assert.equal(((await response.json()) as { label: string }).label, "positive");
  });

  await t.test("reviews go in, are scored, and come out as a recommendation", async () => {
    const stored = await post(`${RECOMMENDER}/feedback`, { items: REVIEWS });
    assert.equal(stored.status, 200);
    await until("scores and neighbours", 30, async () => {
      const [best] = await recommended("mia");
      return best?.source === "personal" && (await item("ronin")).models.length === 1;
    });
    const [first, second] = await recommended("mia");
    assert.deepEqual([first!.item, second!.item], ["ronin", "cats"]);
    assert.deepEqual(first!.because, ["heat"]);
    assert.ok(first!.pLike > second!.pLike);
  });

  await t.test("with two replicas, one killed under load, the typed client loses nothing", async () => {
    await project.compose("up", "--detach", "--no-recreate", "--scale", "sentiment=2");
    await until("two replicas", 60, async () => (await project.containers("sentiment")).length === 2);
    await sleep(5_000); // HAProxy asks DNS once a second, and the new replica starts
    const once = new Load(sendOnce(SENTIMENT), 4);
    const byClient = new Load(sendByClient(SENTIMENT), 4);
    await sleep(4_000);
    const [victim] = await project.containers("sentiment");
    await project.kill(victim!);
    await sleep(6_000);
    await Promise.all([once.stop(), byClient.stop()]);
    for (const [who, { answers }] of Object.entries({ once, byClient }))
      t.diagnostic(`${who}: ${JSON.stringify(Object.fromEntries(answers))}`);
    assert.deepEqual([...byClient.answers.keys()], ["scored"]);
    // HAProxy resends nothing that a replica has read whole: each client loses at most the request
    // it had sent.
    const { 200: scored = 0, ...lost } = Object.fromEntries(once.answers);
    assert.ok(scored > 0);
    for (const answer of Object.keys(lost)) assert.match(answer, /^no answer: /);
    assert.ok(Object.values(lost).reduce((sum, count) => sum + count, 0) <= 4, JSON.stringify(lost));
    assert.equal((await project.containers("sentiment")).length, 1);
  });

  await t.test("without a replica: a problem document with Retry-After, and reviews are stored", async () => {
    await project.compose("stop", "sentiment");
    const response = await post(`${SENTIMENT}/sentiment`, { text: "A wonderful film." });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("retry-after"), "1");
    assert.equal(((await response.json()) as { code: string }).code, "overloaded");
    const late = { user_id: "zoe", item_id: "ronin", text: "Great fun." };
    assert.equal((await post(`${RECOMMENDER}/feedback`, { items: [late] })).status, 200);
  });

  await t.test("the database survives down and up, and what waited is scored", async () => {
    const reviewsBefore = (await item("heat")).reviews;
    await project.compose("down");
    await project.compose("up", "--detach");
    await until("the recommender", 60, ready(RECOMMENDER));
    assert.equal((await item("heat")).reviews, reviewsBefore);
    await until("the late review's score", 30, async () => (await item("ronin")).models[0]?.texts === 3);
  });
});

/** Ann and Ben like the same two films. Mia knows one of them, so the other is recommended to her. */
const REVIEWS = [
  { user_id: "ann", item_id: "heat", text: "A wonderful film, tense and beautifully acted." },
  { user_id: "ann", item_id: "ronin", text: "I loved every minute, a great thriller." },
  { user_id: "ben", item_id: "heat", text: "Excellent. The best film of its year." },
  { user_id: "ben", item_id: "ronin", text: "Superb chases and a fine cast." },
  { user_id: "ann", item_id: "cats", text: "Awful. A boring mess, I hated it." },
  { user_id: "ben", item_id: "cats", text: "Terrible and dull, the worst film I know." },
  { user_id: "mia", item_id: "heat", text: "Great film." },
];

interface Recommendation {
  item: string;
  pLike: number;
  source: string;
  because: string[];
}

async function recommended(user: string): Promise<Recommendation[]> {
  const response = await fetch(`${RECOMMENDER}/users/${user}/recommendations`);
  return ((await response.json()) as { recommendations: Recommendation[] }).recommendations;
}

async function item(id: string): Promise<{ reviews: number; models: { texts: number }[] }> {
  const response = await fetch(`${RECOMMENDER}/items/${id}`);
  return (await response.json()) as { reviews: number; models: { texts: number }[] };
}
