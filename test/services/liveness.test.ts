import assert from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "./fixture-app.ts";
import { LONG_TEXT } from "./fixture-model.ts";

const LIVE_WITHIN_MS = 20;

test("/livez answers within 20 ms while a batch of 1,000 long texts is being scored", async (t) => {
  const app = await startApp(t);
  const address = await app.listen({ port: 0 });
  const livez = async () => {
    const start = performance.now();
    await (await fetch(`${address}/livez`)).text();
    return performance.now() - start;
  };
  for (let i = 0; i < 20; i++) await livez(); // the client's and the server's own warm-up

  const body = JSON.stringify({ items: Array.from({ length: 1000 }, () => ({ text: LONG_TEXT })) });
  const headers = { "content-type": "application/json" };
  let scoring = true;
  const batch = fetch(`${address}/sentiment/batch`, { method: "POST", headers, body }).then(
    async (response) => {
      const { results } = (await response.json()) as { results: { status: string }[] };
      scoring = false;
      return results;
    },
  );
  const times: number[] = [];
  while (scoring) {
    times.push(await livez());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  assert.ok((await batch).every(({ status }) => status === "ok"));
  times.sort((a, b) => a - b);
  t.diagnostic(
    `${times.length} answers, median ${times[times.length >> 1]!.toFixed(1)} ms, slowest ${times.at(-1)!.toFixed(1)} ms`,
  );
  assert.ok(times.length >= 20, "the batch must last long enough to tell");
  assert.ok(times.at(-1)! <= LIVE_WITHIN_MS, `the slowest took ${times.at(-1)} ms`);
});
