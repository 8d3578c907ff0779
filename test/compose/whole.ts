import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { command, Project } from "./engine.ts";
import { Load, post } from "./load.ts";

/** npm run test:compose: the whole on a real engine. Not part of `npm test`: it builds images. */
const SENTIMENT = "http://127.0.0.1:18480";
const project = new Project("undertone-test", { SENTIMENT_PORT: 18480, RECOMMENDER_PORT: 18490 });
const skip = command === undefined && "no Docker engine with Compose can be reached";

/** Polls until `done` says so. @throws Error that names what was waited for */
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
  });

  await t.test("a text is scored through HAProxy", async () => {
    const response = await post(`${SENTIMENT}/sentiment`, { text: "A wonderful film." });
    assert.equal(response.status, 200);
    assert.equal(((await response.json()) as { label: string }).label, "positive");
  });

  await t.test(
    "with two replicas, one killed under load, every request is answered with a score",
    async () => {
      await project.compose("up", "--detach", "--no-recreate", "--scale", "sentiment=2");
      await until("two replicas", 60, async () => (await project.containers("sentiment")).length === 2);
      await sleep(5_000); // HAProxy asks DNS once a second
      const load = new Load(SENTIMENT, 8);
      await sleep(4_000);
      const [victim] = await project.containers("sentiment");
      await project.kill(victim!);
      await sleep(6_000);
      await load.stop();
      t.diagnostic(`answers by status: ${JSON.stringify(Object.fromEntries(load.answers))}`);
      assert.deepEqual([...load.answers.keys()], ["200"]);
      assert.equal((await project.containers("sentiment")).length, 1);
    },
  );

  await t.test("without a replica the answer is a problem document with Retry-After", async () => {
    await project.compose("stop", "sentiment");
    const response = await post(`${SENTIMENT}/sentiment`, { text: "A wonderful film." });
    assert.equal(response.status, 503);
    assert.equal(response.headers.get("retry-after"), "1");
    assert.equal(((await response.json()) as { code: string }).code, "overloaded");
  });
});
