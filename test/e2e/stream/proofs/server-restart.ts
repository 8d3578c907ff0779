import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { size } from "../form.ts";
import { scoresOverHttp } from "../http-scores.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, startServer } from "../scene.ts";

const REVIEWS = size(4_000, 20_000);

test(`the server is killed in the middle of ${REVIEWS} reviews and started again after 2 s`, async (t) => {
  const server = await startServer(t);
  const scene = await Scene.open(t, [server]);
  const all = reviews(REVIEWS);
  const http = await scoresOverHttp(t, all);
  await scene.worker();
  await scene.worker();
  const published = scene.publish(all);
  await sleep(300);
  await server.kill();
  await sleep(2_000);
  await server.start();
  await published;
  const seconds = await scene.answered();
  report(t, await judge(scene, all, http), { "seconds to recover": seconds.toFixed(1) });
});
