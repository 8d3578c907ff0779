import { createHash, timingSafeEqual } from "node:crypto";
import rateLimit from "@fastify/rate-limit";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { COMMON_PROBLEMS, Problem, type ProblemTable, problemResponses } from "./problem.ts";
import type { HttpConfig } from "./settings.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answered to anybody, and never counted. */
    open?: boolean;
  }
}

/** So are these: probes, scrapers and readers of the documentation hold no key. */
const OPEN = /^\/(livez|readyz|metrics|openapi\.yaml|docs(\/.*)?)$/;

/** Keys and rates for every route registered after this one that is not open. */
export async function guardRoutes(
  app: FastifyInstance,
  table: ProblemTable,
  { apiKeys, rateLimitPerMinute }: HttpConfig,
): Promise<void> {
  app.addHook("onRoute", (route) => {
    if (OPEN.test(route.url) || route.config?.open === true || route.schema === undefined) return;
    const refusals = problemResponses(table, ["unauthorized", "rate_limited"]);
    // What a route documents itself comes last: a door of another protocol says these in its own words.
    route.schema.response = { ...refusals, ...(route.schema.response as object) };
  });
  if (apiKeys !== "") requireKey(app, apiKeys.split(","));
  if (rateLimitPerMinute === 0) return;
  await app.register(rateLimit, {
    max: rateLimitPerMinute,
    timeWindow: 60_000,
    // A key is known to be right here: the hook above runs first.
    keyGenerator: (request) => (apiKeys === "" ? request.ip : digest(keyOf(request) ?? "").toString("hex")),
    allowList: (request) => isOpen(request),
    errorResponseBuilder: () => new Problem("rate_limited", COMMON_PROBLEMS.rate_limited.title),
  });
}

/** Hashes are compared, all of them and each in constant time: the time of an answer tells nothing of a key. */
function requireKey(app: FastifyInstance, keys: string[]): void {
  const digests = keys.map(digest);
  app.addHook("onRequest", async (request) => {
    if (isOpen(request)) return;
    const presented = digest(keyOf(request) ?? "");
    const matches = digests.filter((known) => timingSafeEqual(known, presented));
    if (matches.length > 0) return;
    const detail = "Send a key as `Authorization: Bearer KEY` or as `x-api-key: KEY`.";
    throw new Problem("unauthorized", detail, { "www-authenticate": 'Bearer realm="undertone"' });
  });
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  return bearer ?? headers["x-api-key"]?.toString();
}

/** A path that is no route has nothing to guard: it gets its 404. */
function isOpen({ routeOptions: { url, config } }: FastifyRequest): boolean {
  return url === undefined || OPEN.test(url) || config.open === true;
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
