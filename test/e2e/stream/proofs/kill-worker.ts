import { test } from "node:test";
import { size } from "../form.ts";
import { scoresOverHttp } from "../http-scores.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, startServer } from "../scene.ts";

const KILLS = size(4, 20);
const REVIEWS = size(4_000, 20_000);

test(`${REVIEWS} reviews, two workers, one killed ${KILLS} times between publish and acknowledgement`, async (t) => {
  const scene = await Scene.open(t, [await startServer(t)]);
  const all = reviews(REVIEWS);
  const http = await scoresOverHttp(t, all);
  await scene.worker();
  const part = REVIEWS / KILLS;
  let died = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const moment = 1 + Math.floor(Math.random() * 60);
    const victim = await scene.worker({}, "dying-worker", String(moment));
    await scene.publish(all.slice(kill * part, (kill + 1) * part));
    await scene.answered();
    if (victim.child.exitCode === null && victim.child.signalCode === null) victim.child.kill("SIGKILL");
    else died += 1;
    await victim.ended;
  }
  const seconds = await scene.answered();
  report(t, await judge(scene, all, http), {
    kills: KILLS,
    "died between publish and acknowledgement": died,
    "seconds to recover": seconds.toFixed(1),
  });
});
