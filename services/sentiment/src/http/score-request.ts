import { deadline, Problem, requestTimeout } from "@undertone/base";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Scored } from "../scoring/engine.ts";
import { Refusal } from "../scoring/refusal.ts";
import type { Scorer } from "../scoring/scorer.ts";
import { toProblem } from "./errors.ts";
import type { ScoringMetrics } from "./metrics.ts";

export type ScoreRequest = ReturnType<typeof scoreRequest>;

/** Scores a request's texts until its deadline or its client's leaving, and says what it cost. */
export function scoreRequest(scorer: Scorer, metrics: ScoringMetrics, timeoutMs: number) {
  return async (
    texts: string[],
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Pick<Scored, "outcomes" | "model">> => {
    try {
      const { signal, passed, at } = deadline(reply, requestTimeout(request, timeoutMs));
      const scored = scorer.score(texts, signal, { deadline: at });
      const { outcomes, timings, model } = await Promise.race([scored, passed]);
      metrics.observe(outcomes, timings);
      request.cost = { texts: texts.length, ...timings };
      const stages = Object.entries(timings).map(([stage, ms]) => `${stage};dur=${ms.toFixed(3)}`);
      reply.header("server-timing", stages.join(", "));
      return { outcomes, model };
    } catch (error) {
      const problem = error instanceof Refusal ? toProblem(error) : error;
      metrics.refuse(texts.length, problem instanceof Problem ? problem.code : "internal");
      throw problem;
    }
  };
}
