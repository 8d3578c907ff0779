import type { FastifyInstance } from "fastify";

declare module "fastify" {
  interface FastifyRequest {
    /** The cost of the request, for its log line: counts and times. Texts are never logged. */
    cost: Record<string, number> | undefined;
  }
}

/** Logs one line per answer. A route adds the cost of its request. */
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
