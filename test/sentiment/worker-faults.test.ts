import assert from "node:assert/strict";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { Refusal } from "../../services/sentiment/src/scoring/refusal.ts";
import type { Scorer } from "../../services/sentiment/src/scoring/scorer.ts";
import { DYING_WORKER, startScorer } from "../helpers/app.ts";
import { item, queue } from "../helpers/queue.ts";

const POISON = "constructor film";
const TEXTS = ["great film", "bad film", "good film", "dull film"];

async function startFaulty(t: TestContext, fault: string, workers = 2) {
  const program = `${DYING_WORKER}?fault=${fault}`;
  const { scorer } = await startScorer(t, { program, workers, workerTimeoutMs: 300 });
  const counted = { restarts: 0 };
  scorer.events.on("restart", () => {
    counted.restarts += 1;
  });
  return { scorer, counted };
}

/** A label, or a code. */
async function answers(scorer: Scorer, texts: string[]) {
  const { outcomes } = await scorer.score(texts);
  return outcomes.map((outcome) => (outcome instanceof Refusal ? outcome.code : outcome.label));
}

for (const fault of ["exit", "throw", "hang", "spin", "memory", "error", "shape", "infinite"]) {
  test(`a text on which workers fail (${fault}) does not affect others, and reaches no third worker`, async (t) => {
    const { scorer, counted } = await startFaulty(t, fault);
    const right = ["positive", "negative", "positive", "negative"];
    assert.deepEqual(await answers(scorer, [...TEXTS, POISON]), [...right, "unscorable_text"]);
    while (counted.restarts < 2) await once(scorer.events, "restart");
    const again = [POISON, ...TEXTS, POISON, "constructor  FILM"];
    const refused = "unscorable_text";
    assert.deepEqual(await answers(scorer, again), [refused, ...right, refused, refused]);
    assert.equal(counted.restarts, 2);
  });
}

test("a new worker is up within a second", async (t) => {
  const { scorer } = await startFaulty(t, "exit", 1);
  const times: number[] = [];
  for (const film of ["film", "the film", "a film"]) {
    const start = performance.now();
    await answers(scorer, [`constructor ${film}`]); // Two workers fail, one after the other.
    await answers(scorer, ["great"]);
    times.push((performance.now() - start) / 2);
  }
  const fastest = Math.min(...times); // Other processes can only make it slower, so the fastest counts.
  t.diagnostic(`up after ${fastest.toFixed(0)} ms`);
  assert.ok(fastest < 1000, `${times.map((ms) => ms.toFixed(0))} ms`);
});

test("equal texts in one batch kill no more workers than one does", async (t) => {
  const { scorer, counted } = await startFaulty(t, "exit");
  const poisonTexts = Array.from({ length: 5 }, () => POISON);
  assert.deepEqual(await answers(scorer, [...poisonTexts, "great film"]), [
    ...poisonTexts.map(() => "unscorable_text"),
    "positive",
  ]);
  while (counted.restarts < 2) await once(scorer.events, "restart");
  assert.equal(counted.restarts, 2);
});

test("equal texts are retried one after the other", async () => {
  const q = queue();
  const [first, second, other] = [item(5), item(5), item(6)];
  for (const failed of [first, second, other]) q.retry(failed);
  assert.deepEqual([...q.take(), ...q.take(), ...q.take()], [first, other]);
  first.settle(new Refusal("unscorable_text", "failed"));
  await q.arrival();
  assert.deepEqual(q.take(), [second]);
});
