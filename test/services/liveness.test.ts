import assert from "node:assert/strict";
import { test } from "node:test";
import { LONG_TEXT } from "./fixture-model.ts";
import { listening, start } from "./fixture-process.ts";

const LIVE_WITHIN_MS = 20;
/** Other work on the machine can hold any answer up; what the service itself does shows in every try. */
const TRIES = 4;

test("/livez answers within 20 ms while a batch of 1,000 long texts is being scored", async (t) => {
  const url = await listening(start(t, [], { LOG_LEVEL: "info" }));
  const body = JSON.stringify({ items: Array.from({ length: 1000 }, () => ({ text: LONG_TEXT })) });
  let slowest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < TRIES && slowest > LIVE_WITHIN_MS; attempt++) {
    const times = await livezWhileScoring(url, body);
    slowest = Math.max(...times);
    t.diagnostic(`${times.length} answers, slowest ${slowest.toFixed(1)} ms`);
  }
  assert.ok(slowest <= LIVE_WITHIN_MS, `the slowest took ${slowest} ms`);
});

async function livezWhileScoring(url: string, body: string): Promise<number[]> {
  let scoring = true;
  const headers = { "content-type": "application/json" };
  const batch = fetch(`${url}/sentiment/batch`, { method: "POST", headers, body }).then((response) => {
    scoring = false;
    return response;
  });
  const times: number[] = [];
  while (scoring) {
    const start = performance.now();
    await (await fetch(`${url}/livez`)).text();
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.equal((await batch).status, 200);
  assert.ok(times.length >= 20, "the batch must last long enough to tell");
  return times;
}
