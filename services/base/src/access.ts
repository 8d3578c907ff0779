import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { LRUCache } from "lru-cache";
import { Allowance, rateLimited } from "./allowance.ts";
import { clientAddress } from "./client-address.ts";
import { Problem } from "./problem.ts";
import type { HttpConfig } from "./settings.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Answered to anybody, and counted by address. */
    open?: boolean;
    /** What a request of an open route counts; 1 where it is not said. */
    openCost?: number;
  }
  interface FastifyRequest {
    /** Charges the client for what the model reads for its request. */
    charge(tokens: number): Promise<void>;
    /**
     * Charges the client for another part of a request without an end; rejects with `rate_limited`
     * when nothing is left.
     */
    chargePart(tokens: number): Promise<void>;
  }
}

/** So are these: probes, scrapers and readers of the documentation hold no key. */
const OPEN = /^\/(livez|readyz|metrics|openapi\.yaml|docs(\/.*)?)$/;
/** Cheaper than counting them, and a probe that is refused takes the service down. */
const UNCOUNTED = new Set(["/livez", "/readyz"]);
/**
 * Wrong keys of one address in a minute; then no key of it is looked at that was not right before.
 */
const WRONG_KEYS_PER_MINUTE = 20;
const TOKENS_PER_UNIT = 1_000;
/** Addresses with the key that was right there; the one not seen for longest is forgotten first. */
const KNOWN_PAIRS = 10_000;

/** A path that is no route has nothing to guard: it gets its 404. */
function isOpen({ routeOptions: { url, config } }: FastifyRequest): boolean {
  return url === undefined || OPEN.test(url) || config.open === true;
}

export function isOpenRoute(route: { url: string; config?: { open?: boolean } }): boolean {
  return OPEN.test(route.url) || route.config?.open === true;
}

/** Keys for every route registered after this one that is not open; rates for all of them. */
export function guardRoutes(app: FastifyInstance, config: HttpConfig): void {
  const { apiKeys, rateLimitPerMinute, openRateLimitPerMinute } = config;
  if (apiKeys !== "") requireKey(app, apiKeys.split(","));
  const clients = rateLimitPerMinute > 0 ? new Allowance(rateLimitPerMinute) : undefined;
  const readers = openRateLimitPerMinute > 0 ? new Allowance(openRateLimitPerMinute) : undefined;
  // A key is known to be right here: the hook above runs first.
  const clientOf = (request: FastifyRequest) =>
    apiKeys === "" ? clientAddress(request.ip) : digest(keyOf(request) ?? "").toString("hex");
  app.decorateRequest("charge", async function (this: FastifyRequest, tokens: number) {
    await clients?.charge(clientOf(this), tokens / TOKENS_PER_UNIT);
  });
  app.decorateRequest("chargePart", async function (this: FastifyRequest, tokens: number) {
    await clients?.admit(clientOf(this), tokens / TOKENS_PER_UNIT);
  });
  app.addHook("onRequest", (request, _reply, done) => {
    const { url, config } = request.routeOptions;
    if (UNCOUNTED.has(url ?? "")) return done();
    const charged = isOpen(request)
      ? readers?.admit(clientAddress(request.ip), config.openCost ?? 1)
      : clients?.admit(clientOf(request), 1);
    if (charged === undefined) done();
    else charged.then(() => done(), done);
  });
}

/**
 * Hashes are compared, all of them and each in constant time: the time of an answer tells nothing
 * of a key.
 */
function requireKey(app: FastifyInstance, keys: string[]): void {
  const digests = keys.map(digest);
  const wrong = new Allowance(WRONG_KEYS_PER_MINUTE);
  const known = new LRUCache<string, true>({ max: KNOWN_PAIRS });
  app.addHook("onRequest", async (request) => {
    if (isOpen(request)) return;
    const address = clientAddress(request.ip);
    const presented = digest(keyOf(request) ?? "");
    const pair = `${address} ${presented.toString("hex")}`;
    if (known.get(pair) === true) return;
    // Who guesses is slowed, whatever the next guess is; who had a right key here before is not
    // kept out by a neighbour.
    const waitMs = await wrong.spentFor(address);
    if (waitMs > 0) throw rateLimited(waitMs);
    const matches = digests.filter((right) => timingSafeEqual(right, presented));
    if (matches.length > 0) {
      known.set(pair, true);
      return;
    }
    await wrong.admit(address, 1);
    const detail = "Send a key as `Authorization: Bearer KEY` or as `x-api-key: KEY`.";
    throw new Problem("unauthorized", detail, { "www-authenticate": 'Bearer realm="undertone"' });
  });
}

function keyOf({ headers }: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "") ?? [];
  return bearer ?? headers["x-api-key"]?.toString();
}

function digest(key: string): Buffer {
  return createHash("sha256").update(key).digest();
}
