import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { figure } from "./figures.ts";
import { SHORT } from "./form.ts";
import { closedLoop, openLoop, quantile, rate } from "./load.ts";
import { batchBody, review } from "./reviews.ts";
import { startService } from "./service.ts";

const ITEMS = 64;
const TIMES_CAPACITY = 10;
const SECONDS = SHORT ? { peak: 4, overload: 8 } : { peak: 15, overload: 60 };
const GOODPUT = 0.9;
const NORMAL_AGAIN_MS = 2_000;

test(`overload: ${TIMES_CAPACITY} times the capacity`, async (t) => {
  // One worker leaves a core for the load. The queue has room for a second of its work.
  const { client } = await startService(t, { WORKERS: "1", MAX_QUEUE_TOKENS: "200000" });
  const bodies = Array.from({ length: 16 }, (_, n) => batchBody(n, ITEMS));
  let sent = 0;
  const bulk = () => client.post("/sentiment/batch", bodies[sent++ % bodies.length]!);
  const single = (n: number) => client.post("/sentiment", { text: review(n) });
  const peak = async () => {
    const begun = performance.now();
    return rate(await closedLoop(bulk, 4, SECONDS.peak), 200, begun + 1_000, begun + SECONDS.peak * 1000);
  };

  await peak(); // code is compiled
  const lone = [];
  for (let n = 0; n < 40; n++) lone.push((await single(n)).ms);
  const before = await peak();
  const begun = performance.now();
  const answered = await openLoop(bulk, TIMES_CAPACITY * before, SECONDS.overload);
  const ended = performance.now();
  const goodput = rate(answered, 200, begun + 1_000, begun + SECONDS.overload * 1000);
  const settledMs = await msUntilNormal(single, quantile(lone, 0.95), ended);
  const after = await peak();

  const unanswered = answered.filter(({ answer }) => answer instanceof Error);
  assert.deepEqual(unanswered.map(({ answer }) => String(answer)).slice(0, 3), []);
  const refused = answered.flatMap(({ answer }) =>
    answer instanceof Error || answer.status === 200 ? [] : [answer],
  );
  for (const { status, headers, body } of refused) {
    assert.equal(status, 503);
    assert.match(headers["retry-after"] ?? "none", /^[1-9]\d*$/);
    assert.equal(JSON.parse(body).code, "overloaded");
  }
  const ratio = goodput / ((before + after) / 2);
  figure(
    t,
    "overload",
    `${answered.length} requests of ${ITEMS} reviews in ${SECONDS.overload} s ` +
      `(${TIMES_CAPACITY} times the capacity): ${(goodput * ITEMS).toFixed(0)} reviews/s scored, ` +
      `${ratio.toFixed(2)} of the peak (${(before * ITEMS).toFixed(0)} before, ` +
      `${(after * ITEMS).toFixed(0)} after); ${refused.length} refusals, each a 503 with Retry-After (median after ` +
      `${quantile(
        refused.map(({ ms }) => ms),
        0.5,
      ).toFixed(0)} ms); none unanswered; latency of a single text ` +
      `normal ${settledMs.toFixed(0)} ms after the end`,
  );
  assert.ok(ratio >= GOODPUT, `goodput is ${ratio.toFixed(2)} of the peak`);
  assert.ok(settledMs <= NORMAL_AGAIN_MS, `latency was normal again after ${settledMs.toFixed(0)} ms`);
});

/** The time from `since` to the first of five answers in a row with a normal latency. */
async function msUntilNormal(
  single: (n: number) => Promise<{ ms: number }>,
  normalMs: number,
  since: number,
): Promise<number> {
  for (let inRow = 0, first = since, n = 0; ; n++) {
    const { ms } = await single(n);
    inRow = ms <= 1.5 * normalMs ? inRow + 1 : 0;
    if (inRow === 1) first = performance.now();
    if (inRow === 5) return first - since;
    await sleep(10);
  }
}
