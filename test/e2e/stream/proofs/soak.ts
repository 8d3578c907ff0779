import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { SOAK_MINUTES } from "../form.ts";
import { scoresOverHttp } from "../http-scores.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, startServer } from "../scene.ts";

const PER_SECOND = 100;
const COUNT = Math.round(SOAK_MINUTES * 60 * PER_SECOND);

test(`${SOAK_MINUTES} minutes at ${PER_SECOND} reviews/s, one of two workers killed every minute`, async (t) => {
  const scene = await Scene.open(t, [await startServer(t)]);
  const all = reviews(COUNT);
  const http = await scoresOverHttp(t, all);
  await scene.worker();
  let victim = await scene.worker();
  let kills = 0;
  const begun = performance.now();
  for (let second = 0; second * PER_SECOND < COUNT; second++) {
    await scene.publish(all.slice(second * PER_SECOND, (second + 1) * PER_SECOND));
    if (second % 60 === 30) {
      victim.child.kill("SIGKILL");
      kills += 1;
      victim = await scene.worker();
    }
    await sleep(Math.max(0, begun + (second + 1) * 1000 - performance.now()));
  }
  const seconds = await scene.answered();
  report(t, await judge(scene, all, http), { kills, "seconds to recover": seconds.toFixed(1) });
});
