import assert from "node:assert/strict";
import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { test } from "node:test";
import fc from "fast-check";
import { anyBody, type Body } from "./bodies.ts";
import type { Client } from "./client.ts";
import { breach, problemBreach } from "./contract.ts";
import { figure } from "./figures.ts";
import { SHORT } from "./form.ts";
import { answersOf, sendRaw, WAY_NAMES } from "./raw.ts";
import { residentBytes, startService } from "./service.ts";

const BODIES = SHORT ? 3_000 : 100_000;
const SLICE = 1_000;
const AT_A_TIME = 16;
/** Every so many bodies one is sent over a socket of its own, in a way that is not HTTP's. */
const RAW_EVERY = 25;
const SEED = 1;
const RECEIVE_TIMEOUT_MS = 2_000;
/** What a stream waits for a client that sends nothing. */
const REQUEST_TIMEOUT_MS = 5_000;
/** How long a request may stay without an answer; other work on the machine is in it. */
const LIMIT_MS = 15_000;
/** What the process may grow by, once it has answered a fifth of the bodies. */
const GROWTH_BYTES = 64 * 2 ** 20;
/** In the words of text-embeddings-inference 424 is a failure of ours. */
const FAILURES = [424, 500];

test(`fuzz: ${BODIES} bodies`, async (t) => {
  const { client, output, port } = await startService(t, {
    RECEIVE_TIMEOUT_MS: String(RECEIVE_TIMEOUT_MS),
    HEADERS_TIMEOUT_MS: String(RECEIVE_TIMEOUT_MS),
    REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS),
  });
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  const own = monitorEventLoopDelay();
  own.enable();
  t.after(() => own.disable());
  let warm = 0;
  const send = async (body: Body, index: number) => {
    const raw = index % RAW_EVERY === 0 ? WAY_NAMES[(index / RAW_EVERY) % WAY_NAMES.length]! : undefined;
    const found = await (raw === undefined
      ? fetchFault(client, body, statuses, own)
      : rawFault(Number(port), body, raw)
    ).catch((error: Error) => error.message);
    if (found !== undefined) {
      const shown = JSON.stringify(body.bytes.subarray(0, 200).toString());
      faults.push(
        `body ${index} (seed ${SEED}) to ${body.path}${raw ? `, ${raw}` : ""}: ${found}; ${body.type} ${shown}`,
      );
    }
  };
  const begun = performance.now();
  for (let from = 0; from < BODIES && faults.length < 5; from += SLICE) {
    const bodies = fc.sample(anyBody, { numRuns: SLICE, seed: SEED + from }).entries();
    await Promise.all(
      Array.from({ length: AT_A_TIME }, async () => {
        for (const [index, body] of bodies) await send(body, from + index);
      }),
    );
    own.reset();
    if (warm === 0 && from + SLICE >= BODIES / 5) warm = await residentBytes(client);
  }
  const seconds = (performance.now() - begun) / 1000;
  assert.deepEqual(faults, []);
  const grown = (await residentBytes(client)) - warm;
  assert.equal((await client.post("/sentiment", { text: "A great film." })).status, 200);
  figure(
    t,
    "fuzz",
    `${BODIES} bodies in ${seconds.toFixed(0)} s, one of ${RAW_EVERY} broken on the wire: ${JSON.stringify(statuses)}; every answer as openapi.yaml has it, ` +
      `no 5xx, no hang; memory ${(warm / 2 ** 20).toFixed(0)} MiB after a fifth, ${(grown / 2 ** 20).toFixed(0)} MiB more at the end`,
  );
  assert.equal(output.stdout + output.stderr, "", "a failure of its own is logged");
  assert.ok(grown <= GROWTH_BYTES, `grew by ${grown} bytes`);
});

/**
 * @param own the delays of this process: a body that it did not send in time, since it stood still,
 * is rightly refused.
 */
async function fetchFault(
  client: Client,
  body: Body,
  statuses: Record<string, number>,
  own: IntervalHistogram,
): Promise<string | undefined> {
  const type = body.type.replaceAll(/[^ -~]/g, "");
  const answer = await client.post(body.path, body.bytes, { "content-type": type });
  statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
  if (FAILURES.includes(answer.status)) return `${answer.status} ${answer.body}`;
  if (answer.status === 408) {
    const stoodStillMs = own.max / 1e6;
    if (stoodStillMs < RECEIVE_TIMEOUT_MS)
      return `408, and this client stood still for ${stoodStillMs} ms at most`;
    return problemBreach(answer.body);
  }
  if (answer.ms > LIMIT_MS) return `answered after ${answer.ms} ms`;
  const template = body.path.replace(/^\/v2\/models\/[^/]+/, "/v2/models/{m}");
  return breach(template, answer);
}

/** What follows on a connection that is out of step is another request, to a route nobody knows. */
async function rawFault(port: number, body: Body, way: string): Promise<string | undefined> {
  for (const { status, body: said } of answersOf(await sendRaw(port, body, way, LIMIT_MS))) {
    if (FAILURES.includes(status) || (status > 500 && status !== 503 && status !== 504))
      return `${status} ${said}`;
    if ([408, 431].includes(status)) return problemBreach(said);
  }
  return undefined;
}
