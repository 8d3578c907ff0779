import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import Type from "typebox";
import { COMMON_PROBLEMS, Problem } from "./problem.ts";

const HEADER = "x-request-timeout-ms";
const MILLISECONDS = /^[1-9][0-9]{0,8}$/;

/** The `headers` of a route whose clients may set their own deadline. */
export const TimeoutHeader = Type.Object({
  [HEADER]: Type.Optional(
    Type.String({
      pattern: MILLISECONDS.source,
      description: [
        "How long the client waits for the answer, in whole milliseconds from the arrival of the",
        "request's headers. REQUEST_TIMEOUT_MS applies too. The service refuses work that it",
        "cannot finish in time, and drops it when the time is over.",
      ].join(" "),
      examples: ["2000"],
    }),
  ),
});

/**
 * Checks the header against its schema on every route, also where the route's schema does not name
 * it.
 */
export function checkTimeoutHeader(app: FastifyInstance): void {
  app.addHook("onRequest", (request, _reply, done) => {
    const value = request.headers[HEADER];
    if (value === undefined || MILLISECONDS.test(String(value))) return done();
    throw new Problem(
      "invalid_header",
      `${HEADER}: expected a whole number of milliseconds from 1 to 999999999.`,
    );
  });
}

/** The smaller of the client's timeout and the service's own limit, in milliseconds. */
export function requestTimeout({ headers }: FastifyRequest, maximum: number): number {
  return Math.min(maximum, Number(headers[HEADER] ?? maximum));
}

/**
 * The deadline of a request. It is at `at` (milliseconds of performance.now()), counted from the
 * arrival of the headers. When it passes, or the client disconnects, `signal` is aborted and
 * `passed` rejects.
 *
 * Fastify's own handlerTimeout cannot be used: version 5.12 stops its timer on the request's
 * "close", which Node emits once the body is read, long before the answer.
 */
export function deadline(
  reply: FastifyReply,
  timeoutMs: number,
): { signal: AbortSignal; passed: Promise<never>; at: number } {
  const controller = new AbortController();
  const leftMs = Math.max(1, timeoutMs - reply.elapsedTime);
  const timer = setTimeout(() => controller.abort(), leftMs);
  const leave = () => {
    clearTimeout(timer);
    controller.abort();
  };
  if (reply.raw.destroyed)
    leave(); // the client disconnected while its body was parsed
  else reply.raw.once("close", leave);
  const passed = new Promise<never>((_, reject) => {
    const refuse = () => reject(new Problem("deadline_exceeded", COMMON_PROBLEMS.deadline_exceeded.title));
    if (controller.signal.aborted) refuse();
    else controller.signal.addEventListener("abort", refuse);
  });
  return { signal: controller.signal, passed, at: performance.now() + leftMs };
}

/**
 * Routes that are registered later answer with 504 when their handler takes longer. The handler is
 * not stopped.
 */
export function registerDeadline(app: FastifyInstance, timeoutMs: number): void {
  app.addHook("onRoute", (route) => {
    const { handler } = route;
    route.handler = function (request, reply) {
      return Promise.race([handler.call(this, request, reply), deadline(reply, timeoutMs).passed]);
    };
  });
}
