import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyRequest } from "fastify";
import { Refusal } from "../scoring/refusal.ts";
import type { Score } from "../scoring/score.ts";
import type { RouteContext } from "./route-context.ts";
import type { ScoringQuery } from "./schemas.ts";

/** How often to check whether a full queue has capacity again. */
const ROOM_MS = 20;

/**
 * Scores the parts of a request without an end. If the queue is full, it waits for up to
 * REQUEST_TIMEOUT_MS: a stream can be read later, so it is not refused while other requests are
 * served. `signal` is aborted when the client has disconnected.
 */
export function scoreWithBackpressure(
  { config, scorer, metrics }: RouteContext,
  request: FastifyRequest,
  signal: AbortSignal,
  query: ScoringQuery,
): (texts: string[]) => Promise<(Score | Refusal)[]> {
  const charge = (tokens: number) => request.chargePart(tokens);
  return async (texts) => {
    const patience = performance.now() + config.requestTimeoutMs;
    for (;;) {
      try {
        const { outcomes, timings } = await scorer.score(texts, signal, { ...query, charge });
        metrics.observe(outcomes, timings);
        return outcomes;
      } catch (error) {
        const wait = error instanceof Refusal && error.code === "overloaded" && performance.now() < patience;
        if (!wait) throw error;
        do await sleep(ROOM_MS, undefined, { signal });
        while (scorer.refusal?.code === "overloaded" && performance.now() < patience);
      }
    }
  };
}
