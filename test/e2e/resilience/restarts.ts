import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SentimentClient } from "@undertone/client";
import { freePort } from "../../helpers/port.ts";
import { start, startRecommender } from "../../helpers/process.ts";
import { databasePath, NOBODY } from "../../helpers/recommender.ts";
import { figure } from "./figures.ts";
import { SHORT } from "./form.ts";
import { review } from "./reviews.ts";
import { MODEL_DIR } from "./service.ts";
import { Supervisor } from "./supervisor.ts";

const KILLS = SHORT ? 2 : 10;
/** The time between two kills, in milliseconds. */
const LOAD_MS = SHORT ? 1_000 : 3_000;
const WORDS = 60;
const BATCH = 16;
/** The allowed difference: a batch adds up products in another order than a single text. */
const SCORE_TOLERANCE = 1e-5;
const longest = (ms: number[]) => `ready again after at most ${(Math.max(...ms) / 1_000).toFixed(1)} s`;

test("the sentiment service is killed under load: the typed client gets one right answer per text", async (t) => {
  const port = String(await freePort());
  const service = new Supervisor(t, port, () =>
    start(t, ["serve"], { MODEL_DIR, LOG_LEVEL: "warn", PORT: port, WORKERS: "1" }),
  );
  await service.ready();
  // The default, five retries, outlasts 4.6 s without a service. On a busy machine a process needs
  // longer until it is ready.
  const client = new SentimentClient({ url: service.url, retries: 20, timeoutMs: 120_000 });
  const answers = new Map<number, number[]>(); // the scores of each text
  const note = (n: number, score: number) => answers.set(n, [...(answers.get(n) ?? []), score]);
  let next = 0;
  let stopped = false;
  let duringKills = 0;
  const one = async () => {
    const n = next++;
    answers.set(n, []);
    note(n, (await client.score(review(n, WORDS))).score);
  };
  const many = async () => {
    const from = next;
    next += BATCH;
    const numbers = Array.from({ length: BATCH }, (_, i) => from + i);
    for (const n of numbers) answers.set(n, []);
    const results = await client.scoreMany(numbers.map((n) => ({ id: String(n), text: review(n, WORDS) })));
    assert.equal(results.length, BATCH);
    for (const result of results) {
      assert.ok(result.status === "ok", JSON.stringify(result));
      note(Number(result.id), result.score);
    }
  };
  const load = [one, one, many, many].map(async (ask) => {
    while (!stopped) await ask();
  });
  const waits: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(LOAD_MS);
    const asked = [...answers.values()].filter((scores) => scores.length === 0).length;
    assert.ok(asked > 0, "the process was killed while nothing was asked");
    duringKills += asked;
    waits.push(await service.kill());
  }
  await sleep(LOAD_MS);
  stopped = true;
  await Promise.all(load); // rejects if a client lost one

  const numbers = [...answers.keys()];
  const calm = await client.scoreMany(numbers.map((n) => review(n, WORDS)));
  for (const [i, n] of numbers.entries()) {
    const expected = calm[i]!;
    assert.ok(expected.status === "ok");
    const [score, ...more] = answers.get(n)!;
    assert.deepEqual(more, [], `text ${n} was answered more than once`);
    assert.ok(
      Math.abs(score! - expected.score) <= SCORE_TOLERANCE,
      `text ${n}: ${score}, not ${expected.score}`,
    );
  }
  figure(
    t,
    "SIGKILL, started again",
    `${KILLS} times beside 4 typed clients (20 retries): ${numbers.length} texts, ` +
      `${duringKills} of them under way at a kill: 0 lost, 0 twice, 0 wrong; ${longest(waits)}`,
  );
});

test("the recommender is killed under load: what is sent until it is answered is stored once", async (t) => {
  const port = String(await freePort());
  const path = databasePath(t);
  const service = new Supervisor(t, port, () =>
    startRecommender(t, { DATABASE_PATH: path, SENTIMENT_URL: NOBODY, LOG_LEVEL: "warn", PORT: port }),
  );
  await service.ready();
  const outcomes = new Map<string, string[]>(); // of each pair of user and item
  let next = 0;
  let stopped = false;
  let repeated = 0;
  const send = async () => {
    const from = next;
    next += BATCH;
    const items = Array.from({ length: BATCH }, (_, i) => ({
      user_id: `user ${from + i}`,
      item_id: `item ${(from + i) % 10}`,
      text: review(from + i, WORDS),
      rating: 1 + ((from + i) % 5),
    }));
    for (;;) {
      const results = await feedback(service.url, items);
      if (results === undefined) {
        repeated += 1;
        await sleep(50);
        continue;
      }
      assert.equal(results.length, BATCH);
      for (const [i, { status }] of results.entries()) {
        const { user_id } = items[i]!;
        outcomes.set(user_id, [...(outcomes.get(user_id) ?? []), status]);
      }
      return;
    }
  };
  const load = Array.from({ length: 4 }, async () => {
    while (!stopped) await send();
  });
  const waits: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(LOAD_MS);
    waits.push(await service.kill());
  }
  await sleep(LOAD_MS);
  stopped = true;
  await Promise.all(load);
  assert.ok(repeated > 0, "no request met a kill");
  assert.equal(outcomes.size, next);
  // Stored, or stored by a request whose answer was lost.
  for (const [user, statuses] of outcomes) {
    assert.equal(statuses.length, 1, user);
    assert.ok(["stored", "unchanged"].includes(statuses[0]!), `${user}: ${statuses}`);
  }
  const unchanged = [...outcomes.values()].filter(([status]) => status === "unchanged").length;
  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  assert.match(metrics, new RegExp(`^recommender_feedback_rows ${next}$`, "m"));
  let interactions = 0;
  for (let item = 0; item < 10; item++) {
    const answer = await fetch(`${service.url}/items/item%20${item}`);
    interactions += ((await answer.json()) as { interactions: number }).interactions;
  }
  assert.equal(interactions, next);
  figure(
    t,
    "SIGKILL of the recommender",
    `${KILLS} times beside 4 clients that repeat until they are answered: ${next} reviews, 0 lost, 0 twice ` +
      `(${repeated} requests repeated, ${unchanged} reviews stored before their answer was lost); ${longest(waits)}`,
  );
});

/** The results of POST /feedback; undefined if there is no answer or the service is not ready. */
async function feedback(url: string, items: object[]): Promise<{ status: string }[] | undefined> {
  try {
    const response = await fetch(`${url}/feedback`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ items }),
    });
    if (response.status === 503) return undefined;
    assert.equal(response.status, 200);
    return ((await response.json()) as { results: { status: string }[] }).results;
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return undefined;
  }
}
