import { type RateLimiterAbstract, RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { COMMON_PROBLEMS, Problem } from "./problem.ts";

/** Parts of one unit: a token that the model reads costs a thousandth of what a request costs. */
const PARTS = 1_000;
const WINDOW_S = 60;
/** No client is kept out for longer. */
const MAX_DEBT_S = 3_600;

/** What each client may cost in a minute, in units. */
export class Allowance {
  readonly #limiter: RateLimiterAbstract;
  readonly #limit: number;

  constructor(perMinute: number) {
    this.#limit = perMinute * PARTS;
    this.#limiter = new RateLimiterMemory({ points: this.#limit, duration: WINDOW_S });
  }

  /** Charges a client; rejects with `rate_limited` when it has nothing left. */
  async admit(client: string, units: number): Promise<void> {
    const cost = Math.round(units * PARTS);
    const counted = await this.#count(client, cost);
    if (counted.consumedPoints - cost < this.#limit) return;
    throw rateLimited(counted.msBeforeNext);
  }

  /**
   * Charges a client for the work of a request that was admitted. It is not refused: no legal
   * request is for ever because of its size. What exceeds the minute's limit is paid by the minutes
   * that follow.
   */
  async charge(client: string, units: number): Promise<void> {
    const { consumedPoints, msBeforeNext } = await this.#count(client, Math.round(units * PARTS));
    if (consumedPoints <= this.#limit) return;
    const payS = Math.min(MAX_DEBT_S, Math.ceil((consumedPoints / this.#limit) * WINDOW_S));
    if (payS * 1000 > msBeforeNext + WINDOW_S * 1000) await this.#limiter.set(client, consumedPoints, payS);
  }

  #count(client: string, cost: number): Promise<RateLimiterRes> {
    // The limiter rejects with the same result when the sum is above its points.
    return this.#limiter.consume(client, cost).catch((result: RateLimiterRes) => result);
  }

  /** Whether nothing is left, and for how many milliseconds. */
  async spentFor(client: string): Promise<number> {
    const counted = await this.#limiter.get(client);
    return counted !== null && counted.consumedPoints >= this.#limit ? counted.msBeforeNext : 0;
  }
}

export function rateLimited(ms: number): Problem {
  const seconds = String(Math.max(1, Math.ceil(ms / 1000)));
  return new Problem("rate_limited", COMMON_PROBLEMS.rate_limited.title, { "retry-after": seconds });
}
