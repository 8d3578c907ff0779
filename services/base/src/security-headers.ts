import type { FastifyInstance } from "fastify";

/** On every response. A route that answers with a page sets a policy of its own. */
export const SECURITY_HEADERS = {
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-resource-policy": "same-origin",
} as const;

const HEADERS = Object.entries(SECURITY_HEADERS);

/**
 * Must be the first hook: what a later one refuses has the headers too, and a route can replace
 * them.
 */
export function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", (_request, reply, done) => {
    for (const [name, value] of HEADERS) reply.header(name, value);
    done();
  });
}
