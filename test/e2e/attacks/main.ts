import assert from "node:assert/strict";
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { only } from "../../helpers/only.ts";
import { Client } from "../resilience/client.ts";
import { quantile } from "../resilience/load.ts";
import { startService } from "../resilience/service.ts";
import type { Attack } from "./attack.ts";
import { ATTACKS } from "./attacks.ts";
import { Bystander, livezDelay, type Seen } from "./bystander.ts";
import { FINDINGS } from "./findings.ts";
import { ALLOCATOR, ONLY, SHORT } from "./form.ts";
import { MIB, Resident } from "./resident.ts";
import { isLeak, KEY } from "./secrets.ts";
import { warmUp } from "./warm-up.ts";

/**
 * `npm run test:attacks [-- --short] [--only memory,parsing]` runs the attacks, one after the other, on
 * one process with the heap size of the container. findings.ts has the finding of each kind.
 */
const ATTACK_MS = SHORT ? 1_200 : 6_000;
const CALM_MS = SHORT ? 500 : 2_000;
/** The time after an attack for which /livez is still measured, in milliseconds. */
const AFTERMATH_MS = 300;
const LIVEZ_MS = 100;
/** The number of tries, of which the best counts, because other processes can only make it slower. */
const TRIES = 3;
/** An attacker that reports later than this, in milliseconds, counts as dead. */
const PATIENCE_MS = 30_000;
const WAIT_FACTOR = 2;
/**
 * The attackers take processor time from the service on the same machine, so shorter delays, in
 * milliseconds, are ignored.
 */
const WAIT_FLOOR_MS = 150;

const kinds = only(ONLY, [...new Set(ATTACKS.map(({ kind }) => kind))]);

test("every finding names existing tests and attacks of its kind", () => {
  for (const { number, kinds = [], tests } of FINDINGS) {
    for (const one of kinds)
      assert.ok(
        ATTACKS.some(({ kind }) => kind === one),
        `finding ${number}`,
      );
    for (const file of tests) assert.ok(existsSync(file), file);
  }
});

const chosen = ATTACKS.filter(({ kind }) => kinds.includes(kind));

test("attacks", async (t) => {
  await attackService(
    t,
    chosen.filter(({ needsKeys }) => !needsKeys),
  );
});

test("attacks on a service with keys, which logs everything", async (t) => {
  const attacks = chosen.filter(({ needsKeys }) => needsKeys);
  const said = await attackService(t, attacks, { API_KEYS: KEY, LOG_LEVEL: "trace" });
  assert.ok(!isLeak(said), "a log or the metrics have a secret");
  // Otherwise no log was searched.
  if (attacks.length > 0) assert.match(said, /"msg":"answered"/);
});

/** Runs one attack after the other on one process. Returns its output and its metrics. */
async function attackService(
  t: TestContext,
  attacks: readonly Attack[],
  env: Record<string, string> = {},
): Promise<string> {
  if (attacks.length === 0) return "";
  const { child, port, output } = await startService(t, {
    ...ALLOCATOR,
    ...env,
    NODE_OPTIONS: "--max-old-space-size=384",
    RECEIVE_TIMEOUT_MS: "2000",
    HEADERS_TIMEOUT_MS: "1000",
    REQUEST_TIMEOUT_MS: "5000",
  });
  const client = new Client(`http://127.0.0.1:${port}`, env.API_KEYS ? { "x-api-key": KEY } : {});
  t.after(() => client.close());
  const attacker = fork(new URL("./attacker-process.ts", import.meta.url), {
    execArgv: process.execArgv.filter((flag) => !flag.startsWith("--test")),
  });
  t.after(() => attacker.kill("SIGKILL"));
  await once(attacker, "message");
  await warmUp(client);
  const resident = await Resident.of(child.pid!);
  t.diagnostic(`resident before: ${(resident.before / MIB).toFixed(0)} MiB`);
  const calm: number[] = [];
  for (const { name, kind, statuses, most = {}, knownDelayMs = 0 } of attacks) {
    await t.test(`${kind}: ${name}`, async (t) => {
      const beforehand = new Bystander(client);
      await sleep(CALM_MS);
      calm.push(...(await beforehand.stop()).waits);
      const attacked = async () => {
        const beside = new Bystander(client);
        const answered = await attack(attacker, name, Number(port));
        await sleep(AFTERMATH_MS);
        return [await beside.stop(), answered] as const;
      };
      const slow = (seen: Seen) => {
        if (livezDelay(seen, SHORT) > Math.max(LIVEZ_MS, knownDelayMs)) return "/livez waited";
        const longest = Math.max(WAIT_FLOOR_MS, knownDelayMs, WAIT_FACTOR * quantile(calm, 0.5));
        return quantile(seen.waits, 0.5) > longest ? "the honest client waited" : undefined;
      };
      let [seen, answered] = await attacked();
      for (let tries = 1; tries < TRIES && slow(seen) !== undefined; tries++)
        [seen, answered] = await attacked();
      const memory = await resident.recovery();
      t.diagnostic(`${describe(seen, calm)}; ${memory.words}; answers ${JSON.stringify(answered)}`);
      assert.equal(child.exitCode, null, output.stderr);
      const others = Object.keys(answered).filter(
        (one) => !["closed", ...statuses.map(String)].includes(one),
      );
      assert.deepEqual(others, [], "answers that are not documented");
      for (const [status, count] of Object.entries(most))
        assert.ok(
          (answered[status] ?? 0) <= count,
          `${answered[status]} answers of ${status}, above ${count}`,
        );
      assert.deepEqual(seen.lost, [], "what the honest client lost");
      assert.equal(slow(seen), undefined);
      assert.ok(memory.recovered, memory.words);
    });
  }
  const { body } = await client.get("/metrics");
  assert.equal(output.stderr, "");
  return output.stdout + output.stderr + body;
}

interface Answered {
  statuses: Record<string, number>;
}

async function attack(attacker: ChildProcess, name: string, port: number): Promise<Record<string, number>> {
  attacker.send({ name, port, ms: ATTACK_MS });
  const [{ statuses }] = (await once(attacker, "message", {
    signal: AbortSignal.timeout(ATTACK_MS + PATIENCE_MS),
  })) as [Answered];
  return statuses;
}

function describe(seen: Seen, calm: readonly number[]): string {
  const of = (values: readonly number[]) =>
    [0.5, 0.95].map((p) => quantile(values, p).toFixed(0)).join(" and ");
  return [
    `/livez ${livezDelay(seen, SHORT).toFixed(0)} ms`,
    `honest client p50 and p95 ${of(seen.waits)} ms (calm ${of(calm)} ms)` +
      `, lost ${seen.lost.length} of ${seen.waits.length + seen.lost.length}`,
  ].join("; ");
}
