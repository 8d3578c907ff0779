import type { FastifyInstance } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** What the request cost, for its log line. Counts and times only: texts are never logged. */
    cost: Record<string, number> | undefined;
  }
}

/** One line an answer; a route adds what the request cost. */
export function logRequests(app: FastifyInstance): void {
  app.decorateRequest("cost", undefined);
  app.addHook("onResponse", async (request, reply) => {
    const { method, cost, routeOptions } = request;
    const entry = {
      method,
      route: routeOptions.url,
      status: reply.statusCode,
      ms: reply.elapsedTime,
      ...cost,
    };
    request.log.info(entry, "answered");
  });
}
