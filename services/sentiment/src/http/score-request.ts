import { deadline, Problem, requestTimeout } from "@undertone/base";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Engine } from "../scoring/engine.ts";
import { Refusal } from "../scoring/refusal.ts";
import type { Score, Timings } from "../scoring/score.ts";
import type { ScoreOptions } from "../scoring/score-options.ts";
import type { Scorer } from "../scoring/scorer.ts";
import { toProblem } from "./errors.ts";
import type { ScoringMetrics } from "./metrics.ts";
import type { ScoringQuery } from "./schemas.ts";

/** The memory of a text beside its body until it is answered: its ids, its promise, its result. */
const TEXT_BYTES = 1_024;

type Work<T> = (signal: AbortSignal, options: ScoreOptions) => Promise<T>;

/**
 * Runs the engine for a request until the deadline passes or the client disconnects, and records
 * what it cost.
 */
export function scoreRequests(scorer: Scorer, metrics: ScoringMetrics, timeoutMs: number) {
  const inTime = async <T extends { timings: Timings }>(
    work: Work<T>,
    texts: number,
    outcomesOf: (done: T) => readonly (Score | Refusal)[],
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<T> => {
    try {
      request.bytes.reserve(texts * TEXT_BYTES);
      const { signal, passed, at } = deadline(reply, requestTimeout(request, timeoutMs));
      const done = await Promise.race([
        work(signal, { deadline: at, charge: (tokens) => request.charge(tokens) }),
        passed,
      ]);
      metrics.observe(outcomesOf(done), done.timings);
      request.cost = { texts, ...done.timings };
      const stages = Object.entries(done.timings).map(([stage, ms]) => `${stage};dur=${ms.toFixed(3)}`);
      reply.header("server-timing", stages.join(", "));
      return done;
    } catch (error) {
      const problem = error instanceof Refusal ? toProblem(error) : error;
      metrics.refuse(texts, problem instanceof Problem ? problem.code : "internal");
      throw problem;
    }
  };
  return {
    /**
     * Route options: under overload a request with several texts is refused before its body is
     * read. The texts of a compressed body cannot be estimated.
     */
    refuseEarly: {
      onRequest(request: FastifyRequest, _reply: FastifyReply, done: () => void): void {
        const { "content-length": bytes, "content-encoding": encoding } = request.headers;
        if (bytes !== undefined && encoding === undefined) {
          const deadline = performance.now() + requestTimeout(request, timeoutMs);
          try {
            scorer.checkRoom(Number(bytes), deadline);
          } catch (error) {
            throw error instanceof Refusal ? toProblem(error) : error;
          }
        }
        done();
      },
    },
    score: (
      texts: string[],
      request: FastifyRequest,
      reply: FastifyReply,
      query: ScoringQuery = {},
    ): ReturnType<Engine["score"]> =>
      inTime(
        (signal, options) => scorer.score(texts, signal, { ...options, ...query }),
        texts.length,
        ({ outcomes }) => outcomes,
        request,
        reply,
      ),
    explain: (
      text: string,
      request: FastifyRequest,
      reply: FastifyReply,
      query: ScoringQuery = {},
    ): ReturnType<Engine["explain"]> =>
      inTime(
        (signal, options) => scorer.explain(text, signal, { ...options, ...query }),
        1,
        ({ score }) => [score],
        request,
        reply,
      ),
  };
}
