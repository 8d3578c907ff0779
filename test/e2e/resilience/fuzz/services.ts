import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { allocatorSettings } from "../../../helpers/image.ts";
import { freePort } from "../../../helpers/port.ts";
import { startRecommender } from "../../../helpers/process.ts";
import { databasePath, NOBODY } from "../../../helpers/recommender.ts";
import { Client } from "../client.ts";
import { quantile } from "../load.ts";
import { startService } from "../service.ts";
import type { Body } from "./body.ts";

const PROBE_MS = 200;
const LATE_PROBES = 50;
/** Every so many probes the memory is read, too. */
const MEMORY_EVERY = 10;
const SETTLED_MS = 20_000;
/** Files that the first requests open for good, such as the database's log. */
const FIRST_USE_FILES = 4;
const MIB = 2 ** 20;
/** Half of the container's memory. */
const HEAP = "--max-old-space-size=384";

/** A real process that is attacked, and what is seen of it meanwhile. */
export class Attacked {
  readonly port: number;
  readonly client: Client;
  readonly #server: ReturnType<typeof startRecommender>;
  readonly #fds: number;
  readonly #over = new AbortController();
  readonly #probing: Promise<void>;
  readonly #waits: number[] = [];
  #asked = performance.now();
  #warm = Number.NaN;
  #most = 0;

  private constructor(server: ReturnType<typeof startRecommender>, client: Client, fds: number) {
    this.#server = server;
    this.client = client;
    this.port = Number(client.url.port);
    this.#fds = fds;
    this.#probing = this.#probe();
    this.#probing.catch(() => {}); // settle() reports it
  }

  static async start(
    t: TestContext,
    service: Body["service"],
    limits: Record<string, string>,
  ): Promise<Attacked> {
    const env = { ...(await allocatorSettings()), ...limits, NODE_OPTIONS: HEAP, LOG_LEVEL: "error" };
    if (service === "sentiment") {
      const server = await startService(t, env);
      return new Attacked(server, server.client, await metric(server.client, "process_open_fds"));
    }
    const port = String(await freePort());
    const own = { DATABASE_PATH: databasePath(t), SENTIMENT_URL: NOBODY, PORT: port };
    const server = startRecommender(t, { ...env, ...own });
    const client = new Client(`http://127.0.0.1:${port}`);
    t.after(() => client.close());
    while ((await client.get("/readyz").catch(() => undefined))?.status !== 200) {
      assert.equal(server.child.exitCode, null, server.output.stderr);
      await sleep(20);
    }
    return new Attacked(server, client, await metric(client, "process_open_fds"));
  }

  /** The longest wait for /livez of late, in milliseconds. */
  get stoodStillMs(): number {
    return Math.max(...this.#waits.slice(-LATE_PROBES), performance.now() - this.#asked);
  }

  /** What the process needs once it has answered requests of all kinds. */
  async noteWarm(): Promise<void> {
    this.#warm = await metric(this.client, "process_resident_memory_bytes");
  }

  /** Fails if the process has ended, with its last words. */
  assertAlive(): void {
    const { child, output } = this.#server;
    assert.deepEqual([child.exitCode, child.signalCode], [null, null], output.stdout + output.stderr);
  }

  /**
   * Ends the observation. Fails if the process has logged a failure of its own, or kept
   * bytes, connections or more than `growth` bytes of memory. Returns what was seen, in words.
   */
  async settle(growth: number): Promise<string> {
    this.#over.abort();
    await this.#probing;
    this.client.close();
    assert.equal(
      this.#server.output.stdout + this.#server.output.stderr,
      "",
      "a failure of its own is logged",
    );
    const [bytes, fds] = ["http_bytes_in_flight", "process_open_fds"];
    await this.#falls(bytes, 0);
    await this.#falls(fds, this.#fds + FIRST_USE_FILES);
    const end = await this.#falls("process_resident_memory_bytes", this.#warm + growth);
    const mib = (value: number) => (value / MIB).toFixed(0);
    return (
      `\`/livez\` p50 ${quantile(this.#waits, 0.5).toFixed(0)} ms, p99 ${quantile(this.#waits, 0.99).toFixed(0)} ms; ` +
      `memory ${mib(this.#warm)} MiB after a fifth, ${mib(this.#most)} MiB at most, ${mib(end)} MiB at the end`
    );
  }

  async #falls(name: string, most: number): Promise<number> {
    const begun = performance.now();
    for (;;) {
      const value = await metric(this.client, name);
      if (value <= most) return value;
      assert.ok(performance.now() - begun < SETTLED_MS, `${name} is ${value}, above ${most}`);
      await sleep(500);
    }
  }

  async #probe(): Promise<void> {
    for (let n = 0; !this.#over.signal.aborted; n++) {
      this.#asked = performance.now();
      const { status, ms } = await this.client.get("/livez");
      assert.equal(status, 200);
      this.#waits.push(ms);
      if (n % MEMORY_EVERY === 0)
        this.#most = Math.max(this.#most, await metric(this.client, "process_resident_memory_bytes"));
      await sleep(PROBE_MS, undefined, { signal: this.#over.signal }).catch(() => {});
    }
  }
}

async function metric(client: Client, name: string): Promise<number> {
  const { body } = await client.get("/metrics");
  return Number(new RegExp(`^${name} (\\S+)`, "m").exec(body)?.[1]);
}
