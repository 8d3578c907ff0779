import type { FastifyBaseLogger } from "fastify";
import { SENTIMENT_STATES, type SentimentState, stateOf } from "./sentiment-state.ts";

export interface MonitorOptions {
  /** `model` makes a small request. It rejects when texts cannot be scored. */
  client: { model: (signal?: AbortSignal) => Promise<unknown> };
  log: FastifyBaseLogger;
  /** The time without a call after which the monitor makes a request, in milliseconds. */
  checkMs: number;
}

/**
 * Tracks whether the sentiment service can be used, and if not, why. The score loop reports the
 * outcome of every call. While there is nothing to score, the monitor makes a request itself.
 */
export class SentimentMonitor {
  state: SentimentState = "unknown";
  since = new Date();
  readonly failures = new Map<SentimentState, number>();
  readonly #options: MonitorOptions;
  readonly #stopped = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #lastReport = Number.NEGATIVE_INFINITY;
  #check: Promise<void> | undefined;

  constructor(options: MonitorOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => this.#checkIfQuiet(), this.#options.checkMs).unref();
    this.#checkIfQuiet();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopped.abort();
    await this.#check;
  }

  succeeded(): void {
    this.#report("ok");
  }

  failed(error: unknown): void {
    const state = stateOf(error);
    this.failures.set(state, 1 + (this.failures.get(state) ?? 0));
    this.#report(state);
  }

  #report(state: SentimentState): void {
    this.#lastReport = performance.now();
    if (state === this.state) return;
    const { log } = this.#options;
    if (state === "ok") log.info({ from: this.state }, SENTIMENT_STATES[state]);
    else log.warn({ state, from: this.state }, SENTIMENT_STATES[state]);
    this.state = state;
    this.since = new Date();
  }

  #checkIfQuiet(): void {
    const { client, checkMs } = this.#options;
    if (performance.now() - this.#lastReport < checkMs) return;
    const { signal } = this.#stopped;
    this.#check ??= client
      .model(signal)
      .then(() => this.succeeded())
      .catch((error) => {
        if (!signal.aborted) this.failed(error);
      })
      .finally(() => {
        this.#check = undefined;
      });
  }
}
