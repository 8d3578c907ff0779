import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import type { Answer, Client } from "../resilience/client.ts";
import { quantile } from "../resilience/load.ts";
import { review } from "../resilience/reviews.ts";

const PROBE_MS = 20;
const REQUEST_MS = 50;
const WORDS = 60;

export interface Seen {
  /** The latencies of the honest client's scores, in milliseconds. */
  waits: number[];
  /** The requests of the honest client without a 200. */
  lost: string[];
  /** The latencies of /livez, in milliseconds. */
  livez: number[];
  /** The 99th percentile of this process' own event loop delay, in milliseconds. */
  ownDelayMs: number;
}

/** An honest client and a prober of /livez, from `start` to `stop`. */
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

  /** Starts a request every `ms`, even if earlier ones are unanswered. */
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
 * The p99 of the probes, without this process' own event loop delay. With few probes it is the p95.
 */
export function livezDelay({ livez, ownDelayMs }: Seen, few: boolean): number {
  return Math.max(0, quantile(livez, few ? 0.95 : 0.99) - ownDelayMs);
}
