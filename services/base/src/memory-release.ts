import type { FastifyBaseLogger, FastifyInstance } from "fastify";
import type { ByteBudget } from "./byte-budget.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { availableMemory } from "./memory-limit.ts";

const SAMPLE_MS = 500;
/** After this many samples without a request, the process has time for a collection. */
const CALM_SAMPLES = 4;
/** The growth of the resident memory since the last collection that justifies a collection. */
const WORTH_BYTES = 32 * 2 ** 20;
/**
 * Above this part of the memory, the pause of a collection (tens of milliseconds) is better than
 * being killed.
 */
const NEARLY_FULL = 0.7;
/**
 * The time between two collections. The pages of collected buffers go back to the system in this
 * time.
 */
const PAUSE_MS = 2_000;
/** After this many collections in a row the remaining memory counts as needed. */
const MAX_IN_A_ROW = 5;

interface Sample {
  resident: number;
  /** Whether no request is being read, processed or answered. */
  calm: boolean;
  now: number;
}

/**
 * Decides when to collect garbage. V8 collects only when it allocates: after a flood of requests an
 * idle process would keep their memory, and V8 does not know the container's limit.
 */
export class ReleasePolicy {
  readonly #available: number;
  #floor: number; // resident bytes that a collection does not free
  #calmFor = 0;
  #inARow = 0;
  #last = Number.NEGATIVE_INFINITY;

  constructor(available: number, resident: number) {
    this.#available = available;
    this.#floor = resident;
  }

  /** Whether to collect now. */
  decide({ resident, calm, now }: Sample): boolean {
    this.#calmFor = calm ? this.#calmFor + 1 : 0;
    if (now - this.#last < PAUSE_MS) return false;
    const swollen = resident - this.#floor >= WORTH_BYTES;
    if (!swollen) this.#inARow = 0;
    else if (this.#inARow === MAX_IN_A_ROW) this.#floor = resident;
    this.#floor = Math.min(this.#floor, resident);
    const pressed = resident > NEARLY_FULL * this.#available;
    if (resident - this.#floor < WORTH_BYTES || !(pressed || this.#calmFor >= CALM_SAMPLES)) return false;
    this.#inARow += 1;
    this.#last = now;
    return true;
  }
}

/** Frees memory after floods of requests, and before the container's limit is reached. */
export function releaseMemory(app: FastifyInstance, budget: ByteBudget, log: FastifyBaseLogger): void {
  const policy = new ReleasePolicy(availableMemory(), process.memoryUsage.rss());
  const timer = setInterval(() => {
    const resident = process.memoryUsage.rss();
    if (!policy.decide({ resident, calm: budget.used === 0, now: performance.now() })) return;
    const begun = performance.now();
    collectGarbage();
    log.debug({ resident, ms: performance.now() - begun }, "collected garbage");
  }, SAMPLE_MS).unref();
  app.addHook("onClose", async () => clearInterval(timer));
}
