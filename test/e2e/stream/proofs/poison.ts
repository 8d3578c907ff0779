import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { scoresOverHttp } from "../http-scores.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, startServer } from "../scene.ts";

test("a review of which every worker dies is parked alone after five deliveries, and can be released", async (t) => {
  const settings = { STREAM_ACK_WAIT_MS: "1000" };
  const scene = await Scene.open(t, [await startServer(t)], settings);
  const innocent = reviews(200);
  const http = await scoresOverHttp(t, innocent);
  const poison = { id: "poison", text: "The film was good, but arsenic." };
  await scene.publish([...innocent.slice(0, 100), poison, ...innocent.slice(100)]);
  let deaths = 0;
  for (let progress = await scene.progress(); progress.pending + progress.held > 0; ) {
    const worker = await scene.worker({}, "poisoned-worker", "arsenic");
    const answered = scene.answered().then(() => worker.child.kill("SIGKILL"));
    const { signal } = await worker.ended;
    assert.equal(signal, "SIGKILL");
    progress = await scene.progress();
    if (progress.pending + progress.held > 0) deaths += 1;
    else await answered;
    answered.catch(() => {});
    await sleep(100);
  }
  const { parked } = await scene.progress();
  assert.equal(parked, 1);
  assert.equal(deaths, 5);
  report(t, await judge(scene, innocent, http), { parked, "workers that died": deaths });

  const list = await scene.run("worker", "parked").ended;
  const [line] = list.stdout.trim().split("\n");
  assert.equal(JSON.parse(line!).sequence, 101);
  assert.equal(JSON.parse(line!).deliveries, 5);
  await scene.worker(); // one that is well
  assert.match((await scene.run("worker", "release", "101").ended).stdout, /released 1 /);
  await scene.answered();
  await sleep(200);
  await scene.answered();
  const { answers } = await scene.answers();
  assert.ok(answers.some(({ id }) => id === "poison"));
  assert.equal((await scene.progress()).parked, 0);
});
