import { type RateLimiterAbstract, RateLimiterMemory, type RateLimiterRes } from "rate-limiter-flexible";
import { COMMON_PROBLEMS, Problem } from "./problem.ts";

/** The resolution of a unit: a token that the model reads costs a thousandth of a request. */
const PARTS = 1_000;
const WINDOW_S = 60;
/** The longest time for which a client is refused. */
const MAX_DEBT_S = 3_600;

/** Limits the cost of each client per minute, in units. */
export class RateLimit {
  readonly #limiter: RateLimiterAbstract;
  readonly #limit: number;

  constructor(perMinute: number) {
    this.#limit = perMinute * PARTS;
    this.#limiter = new RateLimiterMemory({ points: this.#limit, duration: WINDOW_S });
  }

  /** Charges a client. Rejects with `rate_limited` if it has nothing left. */
  async admit(client: string, units: number): Promise<void> {
    const cost = Math.round(units * PARTS);
    const counted = await this.#count(client, cost);
    if (counted.consumedPoints - cost < this.#limit) return;
    throw rateLimited(counted.msBeforeNext);
  }

  /**
   * Charges a client for the work of a request that was admitted. It never rejects, so that no
   * valid request is refused forever because of its size. A cost above the minute's limit is
   * charged to the next minutes.
   */
  async charge(client: string, units: number): Promise<void> {
    const { consumedPoints, msBeforeNext } = await this.#count(client, Math.round(units * PARTS));
    if (consumedPoints <= this.#limit) return;
    const payS = Math.min(MAX_DEBT_S, Math.ceil((consumedPoints / this.#limit) * WINDOW_S));
    if (payS * 1000 > msBeforeNext + WINDOW_S * 1000) await this.#limiter.set(client, consumedPoints, payS);
  }

  #count(client: string, cost: number): Promise<RateLimiterRes> {
    // The limiter rejects, with the same kind of result, if the sum is above the limit.
    return this.#limiter.consume(client, cost).catch((result: RateLimiterRes) => result);
  }

  /** The milliseconds until the client may send again; 0 if it has something left. */
  async blockedMs(client: string): Promise<number> {
    const counted = await this.#limiter.get(client);
    return counted !== null && counted.consumedPoints >= this.#limit ? counted.msBeforeNext : 0;
  }
}

export function rateLimited(ms: number): Problem {
  const seconds = String(Math.max(1, Math.ceil(ms / 1000)));
  return new Problem("rate_limited", COMMON_PROBLEMS.rate_limited.title, { "retry-after": seconds });
}
