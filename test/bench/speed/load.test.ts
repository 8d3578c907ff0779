import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { run } from "./load-process.ts";
import { percentile } from "./statistics.ts";

/** Answers one request at a time, each after `ms` milliseconds, with the statuses in order. */
async function slowServer(t: { after(end: () => void): void }, ms: number, statuses = [200]) {
  let queue = Promise.resolve();
  let answered = 0;
  const server = createServer((req, res) => {
    req.resume();
    queue = queue
      .then(() => new Promise((done) => setTimeout(done, ms)))
      .then(() => {
        res.writeHead(statuses[answered++ % statuses.length]!).end();
      });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test("an open loop counts the delay of a request that arrives while the server is busy", async (t) => {
  const url = await slowServer(t, 20);
  const texts = new Array<string>(10).fill("a");
  const { latencyMs } = await run({ url, texts, batch: 0, load: { kind: "open", rate: 1000 } });
  assert.equal(latencyMs.length, 10);
  // Requests arrive every 1 ms and answers come every 20 ms, so the last latency is about 190 ms.
  assert.ok(Math.max(...latencyMs) >= 150, `${latencyMs}`);
});

test("a closed loop sends every body once, and the last one has the remaining texts", async (t) => {
  const url = await slowServer(t, 1);
  const texts = new Array<string>(10).fill("a");
  const loaded = await run({ url, texts, batch: 4, load: { kind: "closed", clients: 2 } });
  assert.deepEqual([loaded.texts, loaded.failed, loaded.latencyMs.length], [10, 0, 3]);
});

test("a refused request is counted as failed and gives no latency and no texts", async (t) => {
  const url = await slowServer(t, 1, [200, 503]);
  const loaded = await run({ url, texts: ["a", "b"], batch: 0, load: { kind: "closed", clients: 1 } });
  assert.deepEqual([loaded.texts, loaded.failed, loaded.latencyMs.length], [1, 1, 1]);
});

test("a percentile is the value of the nearest rank", () => {
  const values = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual(
    [0.5, 0.95, 0.99, 1].map((share) => percentile(values, share)),
    [50, 95, 99, 100],
  );
});
