import { Problem } from "@undertone/base";
import type { FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "../scoring/refusal.ts";
import type { Score } from "../scoring/score.ts";
import type { Scorer } from "../scoring/scorer.ts";
import { PROBLEMS, toProblem } from "./errors.ts";
import type { ScoringMetrics } from "./metrics.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** What the request cost, for its log line. Counts and times only: texts are never logged. */
    cost: Record<string, number> | undefined;
  }
}

export type ScoreRequest = ReturnType<typeof scoreRequest>;

/** Scores a request's texts until its deadline or its client's leaving, and says what it cost. */
export function scoreRequest(scorer: Scorer, metrics: ScoringMetrics, timeoutMs: number) {
  return async (
    texts: string[],
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<(Score | Refusal)[]> => {
    try {
      const { signal, passed } = deadline(reply, timeoutMs);
      const { outcomes, timings } = await Promise.race([scorer.score(texts, signal), passed]);
      metrics.observe(outcomes, timings);
      request.cost = { texts: texts.length, ...timings };
      const stages = Object.entries(timings).map(([stage, ms]) => `${stage};dur=${ms.toFixed(3)}`);
      reply.header("server-timing", stages.join(", "));
      return outcomes;
    } catch (error) {
      throw error instanceof Refusal ? toProblem(error) : error;
    }
  };
}

/**
 * Fastify's own handlerTimeout does not serve here: it ends with the request's body (5.12 listens for the
 * request's "close", which Node emits once the body is read), long before the answer.
 */
function deadline(reply: FastifyReply, timeoutMs: number): { signal: AbortSignal; passed: Promise<never> } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  reply.raw.once("close", () => {
    clearTimeout(timer);
    controller.abort();
  });
  const passed = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => {
      reject(new Problem("deadline_exceeded", PROBLEMS.deadline_exceeded.title));
    });
  });
  return { signal: controller.signal, passed };
}
