import type { FastifyInstance } from "fastify";

/** Bounds the open connections. At the bound those go first that serve nobody now, and the next attempt finds room. */
export function limitConnections(app: FastifyInstance, most: number): void {
  app.server.maxConnections = most;
  app.server.on("drop", () => app.server.closeIdleConnections());
}
