import assert from "node:assert/strict";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { test } from "node:test";
import fc from "fast-check";
import type { Client } from "./client.ts";
import { figure } from "./figures.ts";
import { REQUESTS, SEED } from "./form.ts";
import type { Body } from "./fuzz/body.ts";
import { brokenFault } from "./fuzz/broken.ts";
import { anyCase, type Case } from "./fuzz/cases.ts";
import { sendable } from "./fuzz/connection.ts";
import { problemBreach } from "./fuzz/contract.ts";
import { pipelinedFault } from "./fuzz/pipelined.ts";
import { Attacked } from "./fuzz/services.ts";
import { requestsOfSlowReader, slowReaderFault } from "./fuzz/slow-readers.ts";
import { faultOf } from "./fuzz/verdict.ts";

const SLICE = 250;
/** Most of these wait: for a time limit of the service, or to be slow. */
const AT_A_TIME = 32;
const RECEIVE_TIMEOUT_MS = 3_000;
const ANSWER_TIMEOUT_MS = 5_000;
const LIMITS = {
  RECEIVE_TIMEOUT_MS: String(RECEIVE_TIMEOUT_MS),
  HEADERS_TIMEOUT_MS: String(RECEIVE_TIMEOUT_MS),
  REQUEST_TIMEOUT_MS: "5000", // also what a stream waits for a client that sends nothing
  ANSWER_TIMEOUT_MS: String(ANSWER_TIMEOUT_MS),
  OPEN_RATE_LIMIT_PER_MINUTE: "0", // the large answers for slow readers are open
};
/** How long a connection may stay without an end; other work on the machine is in it. */
const LIMIT_MS = 30_000;
/** What a process may grow by, once it has answered a fifth of the requests. */
const GROWTH_BYTES = 64 * 2 ** 20;
const MAX_FAULTS = 5;

test(`fuzz: ${REQUESTS} requests`, async (t) => {
  const services = {
    sentiment: await Attacked.start(t, "sentiment", LIMITS),
    recommender: await Attacked.start(t, "recommender", LIMITS),
  };
  const own = monitorEventLoopDelay();
  own.enable();
  t.after(() => own.disable());
  const seen: Record<string, number> = {};
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  let sent = 0;
  const faultIn = (one: Case): Promise<string | undefined> => {
    const service = services[one.bodies[0]!.service];
    const { port, client } = service;
    switch (one.way) {
      case "pipelining":
        return pipelinedFault(port, one.bodies, LIMIT_MS);
      case "slow readers":
        return slowReaderFault(port, one.bodies, one, {
          limitMs: LIMIT_MS,
          answerTimeoutMs: ANSWER_TIMEOUT_MS,
        });
      case "broken on the wire":
        return brokenFault(port, one.bodies[0], one.name, LIMIT_MS);
      default:
        return keptAliveFault(client, one.bodies[0], statuses, () =>
          Math.max(own.max / 1e6, service.stoodStillMs),
        );
    }
  };
  const run = async (one: Case, index: number) => {
    const requests = one.way === "slow readers" ? requestsOfSlowReader(one.bodies) : one.bodies.length;
    sent += requests;
    seen[one.way] = (seen[one.way] ?? 0) + requests;
    for (const kind of one.bodies.flatMap(({ kinds }) => kinds)) seen[kind] = (seen[kind] ?? 0) + 1;
    const fault = await faultIn(one).catch((error: Error) => error.message);
    if (fault !== undefined) faults.push(`case ${index} (seed ${SEED}), ${describe(one)}: ${fault}`);
  };
  const begun = performance.now();
  let warm: Promise<unknown> | undefined;
  const cases = (function* () {
    for (let from = 0; sent < REQUESTS && faults.length < MAX_FAULTS; from += SLICE) {
      const slice = fc.sample(anyCase(ANSWER_TIMEOUT_MS), { numRuns: SLICE, seed: SEED + from });
      own.reset();
      for (const [n, one] of slice.entries()) yield [one, from + n] as const;
    }
  })();
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (const [one, index] of cases) {
        await run(one, index);
        if (sent >= REQUESTS / 5) {
          warm ??= Promise.all(Object.values(services).map((service) => service.noteWarm()));
          await warm;
        }
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  for (const service of Object.values(services)) service.assertAlive();
  assert.deepEqual(faults, []);
  const { status } = await services.sentiment.client.post("/sentiment", { text: "A great film." });
  assert.equal(status, 200);
  const settled = await Promise.all(
    Object.entries(services).map(async ([name, one]) => `${name}: ${await one.settle(GROWTH_BYTES)}`),
  );
  figure(
    t,
    "fuzz",
    `${sent} requests in ${seconds.toFixed(0)} s, ${JSON.stringify(seen)}; answers on kept-alive connections ${JSON.stringify(statuses)}; ` +
      `every answer as documented, none of the service's own failures, no hang; ${settled.join("; ")}`,
  );
});

function describe(one: Case): string {
  const { way, bodies } = one;
  const more = way === "broken on the wire" ? one.name : way === "slow readers" ? one.pace : bodies.length;
  const shown = bodies.map(
    ({ method, path, type, headers, kinds, bytes }) =>
      `${method} ${path.slice(0, 100)} (${[type, ...Object.values(headers), ...kinds, bytes.length].join(", ")}) ` +
      JSON.stringify(bytes.subarray(0, 120).toString()),
  );
  return `${way}, ${more}: ${shown.join("\n  ")}`;
}

/**
 * @param stoodStillMs for how long this process or the service stood still of late: a body that was
 * not sent or read in time for this reason is rightly refused.
 */
async function keptAliveFault(
  client: Client,
  body: Body,
  statuses: Record<string, number>,
  stoodStillMs: () => number,
): Promise<string | undefined> {
  const headers = { "content-type": sendable(body.type), ...body.headers };
  let answer: Awaited<ReturnType<Client["send"]>>;
  try {
    answer = await client.send(body.method, body.path, body.bytes, headers);
  } catch (error) {
    // An incomplete file is an answer without an end.
    if (body.route === "/sentiment/file" && (error as Error).message === "aborted") return undefined;
    throw error;
  }
  statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
  if (answer.status === 408) {
    const ms = stoodStillMs();
    if (ms < RECEIVE_TIMEOUT_MS / 2) return `408, and nobody stood still for longer than ${ms} ms`;
    return problemBreach(answer.body);
  }
  return faultOf(body, answer);
}
