import type { FastifyInstance } from "fastify";
import { Problem, type ProblemTable } from "./problem.ts";

/** From close() on, requests on open connections are refused, except for health and metrics. */
export function refuseWhileClosing(app: FastifyInstance, table: ProblemTable): () => Problem | undefined {
  let closing = false;
  const problem = () => (closing ? new Problem("draining", table.draining!.title) : undefined);
  app.addHook("preClose", async () => {
    closing = true;
  });
  // Otherwise a connection would stay open after its last answer, and close() would wait for it.
  app.addHook("onSend", async (_request, reply) => {
    if (closing) reply.header("connection", "close");
  });
  app.addHook("onRequest", async (request) => {
    if (["/livez", "/readyz", "/metrics"].includes(request.routeOptions.url ?? "")) return;
    const refusal = problem();
    if (refusal !== undefined) throw refusal;
  });
  return problem;
}
