import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Client } from "../resilience/client.ts";
import { quantile } from "../resilience/load.ts";
import { review } from "../resilience/reviews.ts";

const PROBE_MS = 20;
const REQUEST_MS = 50;
const WORDS = 60;

export interface Seen {
  /** Waits for a score of the honest client, in milliseconds. */
  waits: number[];
  /** Requests of the honest client that were not answered with 200. */
  lost: string[];
  /** Waits for /livez, in milliseconds. */
  livez: number[];
  /** The longest time for which this process itself stood still, at the 99th percentile. */
  ownDelayMs: number;
}

/** An honest client and a prober beside it, from `start` to `stop`. */
export class Bystander {
  readonly #client: Client;
  readonly #end = new AbortController();
  readonly #seen: Seen = { waits: [], lost: [], livez: [], ownDelayMs: 0 };
  readonly #delay = monitorEventLoopDelay({ resolution: 5 });
  readonly #running: Promise<unknown>;

  constructor(client: Client) {
    this.#client = client;
    this.#delay.enable();
    this.#running = Promise.all([
      this.#every(PROBE_MS, () => this.#probe()),
      this.#every(REQUEST_MS, (n) => this.#ask(n)),
    ]);
  }

  async stop(): Promise<Seen> {
    this.#end.abort();
    await this.#running;
    this.#delay.disable();
    return { ...this.#seen, ownDelayMs: this.#delay.percentile(99) / 1e6 };
  }

  /** Starts one every `ms`, whether or not those before are answered. */
  async #every(ms: number, one: (n: number) => Promise<void>): Promise<void> {
    const running: Promise<void>[] = [];
    for (let n = 0; !this.#end.signal.aborted; n++) {
      running.push(one(n));
      await sleep(ms, undefined, { signal: this.#end.signal }).catch(() => {});
    }
    await Promise.all(running);
  }

  async #probe(): Promise<void> {
    const answer = await this.#client.get("/livez").catch(asError);
    this.#seen.livez.push(
      answer instanceof Error || answer.status !== 200 ? Number.POSITIVE_INFINITY : answer.ms,
    );
  }

  async #ask(n: number): Promise<void> {
    const answer = await this.#client.post("/sentiment", { text: review(n, WORDS) }).catch(asError);
    if (answer instanceof Error) this.#seen.lost.push(answer.message);
    else if (answer.status !== 200) this.#seen.lost.push(`${answer.status} ${answer.body}`);
    else this.#seen.waits.push(answer.ms);
  }
}

const asError = (error: Error): Error | Answer => error;

/**
 * The p99 of the probes, without the time for which this process itself stood still. Few probes
 * have no p99: their p95.
 */
export function livezDelay({ livez, ownDelayMs }: Seen, few: boolean): number {
  return Math.max(0, quantile(livez, few ? 0.95 : 0.99) - ownDelayMs);
}
