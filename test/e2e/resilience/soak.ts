import assert from "node:assert/strict";
import { test } from "node:test";
import { figure } from "./figures.ts";
import { SHORT, SOAK_MINUTES } from "./form.ts";
import { closedLoop, openLoop, quantile, rate } from "./load.ts";
import { batchBody } from "./reviews.ts";
import { residentBytes, startService } from "./service.ts";

const ITEMS = 16;
const PART_OF_CAPACITY = 0.7;
const SECONDS = SHORT
  ? { peak: 3, window: 2, windows: 4 }
  : { peak: 15, window: 30, windows: SOAK_MINUTES * 2 };
/** The allowed ratio of the second half of the windows to the first, without the warm-up window. */
const FLAT_P99 = 1.5;
const FLAT_BYTES = 32 * 2 ** 20;
const MIB = 2 ** 20;

test("soak: 0.7 of the capacity", async (t) => {
  const { client } = await startService(t);
  const bodies = Array.from({ length: 32 }, (_, n) => batchBody(n, 1 + (n % (2 * ITEMS - 1)), 40 + n * 12));
  let sent = 0;
  const send = () => client.post("/sentiment/batch", bodies[sent++ % bodies.length]!);
  await closedLoop(send, 4, SECONDS.peak); // code is compiled
  const begun = performance.now();
  const peak = rate(await closedLoop(send, 4, SECONDS.peak), 200, begun, begun + SECONDS.peak * 1000);
  const windows: { p50: number; p99: number; bytes: number }[] = [];
  let requests = 0;
  for (let n = 0; n < SECONDS.windows; n++) {
    const answered = await openLoop(send, PART_OF_CAPACITY * peak, SECONDS.window);
    requests += answered.length;
    const times = answered.map(({ answer }) => {
      assert.ok(!(answer instanceof Error), String(answer));
      assert.equal(answer.status, 200);
      return answer.ms;
    });
    windows.push({
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      bytes: await residentBytes(client),
    });
  }
  const measured = windows.slice(1);
  const half = Math.ceil(measured.length / 2);
  const [first, second] = [measured.slice(0, half), measured.slice(half)];
  const of = (part: typeof windows, name: "p50" | "p99" | "bytes") =>
    quantile(
      part.map((one) => one[name]),
      0.5,
    );
  const p99 = of(second, "p99") / of(first, "p99");
  const grown = of(second, "bytes") - of(first, "bytes");
  figure(
    t,
    "soak",
    `${((SECONDS.window * SECONDS.windows) / 60).toFixed(1)} min at ${PART_OF_CAPACITY} of ` +
      `${peak.toFixed(0)} requests/s (1 to ${2 * ITEMS - 1} reviews each), ${requests} requests, all scored; ` +
      `p50 ${of(first, "p50").toFixed(0)} ms then ${of(second, "p50").toFixed(0)} ms, ` +
      `p99 ${of(first, "p99").toFixed(0)} ms then ${of(second, "p99").toFixed(0)} ms ` +
      "(medians of the first and the second half's windows), memory " +
      `${(of(first, "bytes") / MIB).toFixed(0)} MiB then ${(of(second, "bytes") / MIB).toFixed(0)} MiB`,
  );
  assert.ok(grown <= FLAT_BYTES, `grew by ${grown} bytes`);
  // The short form is too short for a p99.
  if (!SHORT) assert.ok(p99 <= FLAT_P99, `p99 became ${p99.toFixed(2)} times what it was`);
});
