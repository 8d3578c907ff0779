import assert from "node:assert/strict";
import { test } from "node:test";
import { scoresOverHttp } from "../http-scores.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, startServer } from "../scene.ts";

/** Many times what a worker scores in a second. */
const BURST = 50_000;

test(`after a burst of ${BURST} reviews the lag returns to 0 and the memory stays flat`, async (t) => {
  const scene = await Scene.open(t, [await startServer(t)]);
  const all = reviews(BURST);
  const http = await scoresOverHttp(t, all);
  await scene.publish(all);
  const worker = await scene.worker();
  const resident: number[] = [];
  const timer = setInterval(async () => {
    const metrics = await fetch(`${worker.url}/metrics`).then((response) => response.text());
    resident.push(Number(/^process_resident_memory_bytes (\d+)/m.exec(metrics)?.[1]) / 1_048_576);
  }, 500);
  t.after(() => clearInterval(timer));
  const seconds = await scene.answered(300);
  clearInterval(timer);
  const half = Math.floor(resident.length / 2);
  const [early, late] = [Math.max(...resident.slice(0, half)), Math.max(...resident.slice(half))];
  report(t, await judge(scene, all, http), {
    seconds: seconds.toFixed(1),
    "resident MiB, first half": early.toFixed(0),
    "second half": late.toFixed(0),
  });
  assert.ok(late < 1.25 * early + 32, `resident memory grew from ${early} to ${late} MiB`);
});
