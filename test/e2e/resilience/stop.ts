import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { figure } from "./figures.ts";
import { SHORT } from "./form.ts";
import { closedLoop } from "./load.ts";
import { batchBody } from "./reviews.ts";
import { startService } from "./service.ts";

const ROUNDS = SHORT ? 1 : 5;
const CLIENTS = 8;
const LIMIT_MS = 10_000;

/** A connection for requests that are sent by hand. The answers are read as text. */
async function openConnection(port: string) {
  const socket = net.connect(Number(port), "127.0.0.1").setEncoding("utf8");
  await once(socket, "connect");
  return socket;
}

test("SIGTERM under load: not ready first, every accepted request is answered, exit code 0", async (t) => {
  const ends: number[] = [];
  const statuses: Record<string, number> = {};
  for (let round = 0; round < ROUNDS; round++) {
    const { client, child, ended, port } = await startService(t, { LOG_LEVEL: "info" });
    const body = batchBody(round, 32);
    let stopped = false;
    let sent = 0;
    const answers: number[] = [];
    const ask = async (): Promise<void> => {
      while (!stopped) {
        sent += 1;
        answers.push((await client.post("/sentiment/batch", body)).status);
      }
    };
    // It ends with its connection. A request without an answer was never accepted.
    const clients = Array.from({ length: CLIENTS }, () => ask().catch(() => undefined));
    const probe = await openConnection(port);
    probe.write("GET /readyz HTTP/1.1\r\nhost: localhost\r\n"); // begun before the signal, complete after it
    await sleep(1_000);
    const signalled = performance.now();
    child.kill("SIGTERM");
    await sleep(20);
    probe.write("\r\n");
    const [first] = await once(probe, "data");
    assert.match(first, /^HTTP\/1\.1 503 [\s\S]*retry-after: [\s\S]*"code":"draining"/i);
    probe.destroy();
    stopped = true;
    const { code, stdout } = await ended;
    ends.push(performance.now() - signalled);
    await Promise.all(clients);
    assert.equal(code, 0);
    // The service's own count of its answers by status must be that of the clients.
    const taken = [...stdout.matchAll(/"route":"\/sentiment\/batch","status":(\d+)/g)].map(([, status]) =>
      Number(status),
    );
    assert.deepEqual(answers.toSorted(), taken.toSorted());
    assert.ok(answers.every((status) => status === 200 || status === 503));
    for (const status of answers) statuses[status] = (statuses[status] ?? 0) + 1;
    assert.ok(sent - answers.length <= CLIENTS);
  }
  const most = Math.max(...ends);
  figure(
    t,
    "SIGTERM under load",
    `${ROUNDS} times beside ${CLIENTS} clients: \`/readyz\` 503 at once; ` +
      `all accepted requests answered (${JSON.stringify(statuses)}); ` +
      `exit code 0 after at most ${most.toFixed(0)} ms`,
  );
  assert.ok(most <= LIMIT_MS);
});

test("a second SIGTERM ends at once; after SIGKILL the next start needs no cleaning", async (t) => {
  const first = await startService(t);
  const load = closedLoop(() => first.client.post("/sentiment/batch", batchBody(0, 1000)), 4, 3);
  await sleep(500);
  first.child.kill("SIGTERM");
  await sleep(100);
  const signalled = performance.now();
  first.child.kill("SIGTERM");
  assert.equal((await first.ended).signal, "SIGKILL");
  const atOnceMs = performance.now() - signalled;
  assert.ok(atOnceMs <= 1_000, `ended after ${atOnceMs.toFixed(0)} ms`);
  await load;

  const killed = await startService(t, { PORT: first.port });
  const more = closedLoop(() => killed.client.post("/sentiment/batch", batchBody(1, 100)), 4, 1);
  await sleep(500);
  killed.child.kill("SIGKILL");
  await killed.ended;
  await more;
  const next = await startService(t, { PORT: first.port });
  assert.equal((await next.client.post("/sentiment", { text: "A great film." })).status, 200);
  figure(
    t,
    "second SIGTERM, SIGKILL",
    `a second SIGTERM ended the process after ${atOnceMs.toFixed(0)} ms; ` +
      "after SIGKILL under load the next start, on the same port, " +
      `was ready after ${next.startMs.toFixed(0)} ms`,
  );
});
