import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { scoresOverHttp } from "../http-scores.ts";
import { reviews } from "../reviews.ts";
import { judge, report, Scene, startServer } from "../scene.ts";

const WINDOW_MS = 1_000;

test("reviews that are published again after the server's window are scored again and stored once", async (t) => {
  const settings = { STREAM_DUPLICATE_WINDOW_MS: String(WINDOW_MS) };
  const scene = await Scene.open(t, [await startServer(t)], settings);
  const all = reviews(500);
  const http = await scoresOverHttp(t, all);
  await scene.worker();
  for (let round = 0; round < 2; round++) {
    await scene.publish(all);
    await scene.answered();
    await sleep(2 * WINDOW_MS);
  }
  assert.equal(
    await scene.reviewsStored(),
    2 * all.length,
    "the window was over, so the reviews are stored twice",
  );
  report(t, await judge(scene, all, http));
});

test("another text under the same id replaces the score, and an older one coming again does not", async (t) => {
  const settings = { STREAM_DUPLICATE_WINDOW_MS: "100" };
  const scene = await Scene.open(t, [await startServer(t)], settings);
  await scene.worker();
  const scores: number[] = [];
  for (const text of ["The film was great.", "The film was awful.", "The film was great."]) {
    await scene.publish([{ id: "edited", text }]);
    await scene.answered();
    const { answers } = await scene.answers();
    assert.equal(answers.length, 1);
    scores.push("score" in answers[0]! ? answers[0].score : Number.NaN);
    await sleep(300);
  }
  assert.ok(scores[0]! > 0.5 && scores[1]! < 0.5);
  assert.equal(scores[2], scores[0]);
});
