import type { FastifyReply } from "fastify";
import { COMMON_PROBLEMS, Problem } from "./problem.ts";

/**
 * `signal` is aborted, and `passed` rejects, when the time is over or the client has gone.
 *
 * Fastify's own handlerTimeout does not serve here: it ends with the request's body (5.12 listens for the
 * request's "close", which Node emits once the body is read), long before the answer.
 */
export function deadline(
  reply: FastifyReply,
  timeoutMs: number,
): { signal: AbortSignal; passed: Promise<never> } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), timeoutMs);
  reply.raw.once("close", () => {
    clearTimeout(timer);
    controller.abort();
  });
  const passed = new Promise<never>((_, reject) => {
    controller.signal.addEventListener("abort", () => {
      reject(new Problem("deadline_exceeded", COMMON_PROBLEMS.deadline_exceeded.title));
    });
  });
  return { signal: controller.signal, passed };
}
