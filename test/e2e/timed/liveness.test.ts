import assert from "node:assert/strict";
import { test } from "node:test";
import { LONG_TEXT } from "../../helpers/model.ts";
import { listening, start } from "../../helpers/process.ts";

const LIVE_WITHIN_MS = 20;
/**
 * Other processes can delay an answer. A delay by the service itself would occur in every try.
 */
const TRIES = 4;

test("every answer of /livez comes within 20 ms while 1,000 long texts are scored", async (t) => {
  const url = await listening(start(t, []));
  await livezWhileScoring(url); // the first batch waits for code to be compiled, here and there: 18 to 40 ms
  const slowest: number[] = [];
  while (slowest.length < TRIES && !(slowest.at(-1)! <= LIVE_WITHIN_MS)) {
    const times = await livezWhileScoring(url);
    slowest.push(Math.max(...times));
    t.diagnostic(`${times.length} answers, slowest ${slowest.at(-1)!.toFixed(1)} ms`);
  }
  assert.ok(slowest.at(-1)! <= LIVE_WITHIN_MS, `the slowest of each try took ${slowest.join(", ")} ms`);
});

async function score(url: string, items: number): Promise<void> {
  const response = await fetch(`${url}/sentiment/batch`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items: Array.from({ length: items }, () => ({ text: LONG_TEXT })) }),
  });
  assert.equal(response.status, 200);
  await response.text();
}

async function livezWhileScoring(url: string): Promise<number[]> {
  let scoring = true;
  const batch = score(url, 1000).finally(() => {
    scoring = false;
  });
  const times: number[] = [];
  while (scoring) {
    const start = performance.now();
    await (await fetch(`${url}/livez`)).text();
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await batch;
  assert.ok(times.length >= 20, "the batch must last long enough to tell");
  return times;
}
