import { setTimeout as sleep } from "node:timers/promises";
import type { FastifyRequest } from "fastify";
import { Refusal } from "../scoring/refusal.ts";
import type { Score } from "../scoring/score.ts";
import type { RouteContext } from "./route-context.ts";
import type { ScoringQuery } from "./schemas.ts";

/** How often it is looked whether a full queue has room again. */
const ROOM_MS = 20;

/**
 * Scores the parts of a request without an end. A full queue is waited for up to
 * REQUEST_TIMEOUT_MS: a stream has no hurry that its reading could not wait for, so it is not
 * refused while others are served. `signal` is aborted when the client has gone.
 */
export function scorePatiently(
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
