import { createHash, timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import ipaddr from "ipaddr.js";
import { LRUCache } from "lru-cache";
import { Problem } from "./problem.ts";
import { RateLimit, rateLimited } from "./rate-limit.ts";
import type { HttpConfig } from "./settings.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route needs no key, and its requests are counted per address. */
    open?: boolean;
    /** The cost of one request to an open route; 1 by default. */
    openCost?: number;
  }
  interface FastifyRequest {
    /** Charges the client for the tokens that the model reads for its request. */
    charge(tokens: number): Promise<void>;
    /**
     * Charges the client for another part of a request without an end. Rejects with `rate_limited`
     * if nothing is left.
     */
    chargePart(tokens: number): Promise<void>;
  }
}

/**
 * These routes are open too, because probes, scrapers and readers of the documentation have no key.
 */
const OPEN = /^\/(livez|readyz|metrics|openapi\.yaml|docs(\/.*)?)$/;
/**
 * Probes are not counted: counting costs more than answering, and a refused probe stops the
 * service.
 */
const UNCOUNTED = new Set(["/livez", "/readyz"]);
/**
 * The wrong keys that one address may send per minute. After that, only keys that were right there
 * before are accepted.
 */
const WRONG_KEYS_PER_MINUTE = 20;
const TOKENS_PER_UNIT = 1_000;
/**
 * The number of remembered pairs of an address and a right key. The least recently used one is
 * forgotten first.
 */
const KNOWN_PAIRS = 10_000;

/** A path without a route needs no key: it gets 404. */
function isOpen({ routeOptions: { url, config } }: FastifyRequest): boolean {
  return url === undefined || OPEN.test(url) || config.open === true;
}

export function isOpenRoute(route: { url: string; config?: { open?: boolean } }): boolean {
  return OPEN.test(route.url) || route.config?.open === true;
}

/** Requires keys for every later route that is not open, and limits the rates of all routes. */
export function guardRoutes(app: FastifyInstance, config: HttpConfig): void {
  const { apiKeys, rateLimitPerMinute, openRateLimitPerMinute } = config;
  if (apiKeys !== "") requireKey(app, apiKeys.split(","));
  const clients = rateLimitPerMinute > 0 ? new RateLimit(rateLimitPerMinute) : undefined;
  const readers = openRateLimitPerMinute > 0 ? new RateLimit(openRateLimitPerMinute) : undefined;
  // The hook above has checked the key.
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
 * Compares hashes, all of them and each in constant time, so that the response time reveals nothing
 * about a key.
 */
function requireKey(app: FastifyInstance, keys: string[]): void {
  const digests = keys.map(digest);
  const wrong = new RateLimit(WRONG_KEYS_PER_MINUTE);
  const known = new LRUCache<string, true>({ max: KNOWN_PAIRS });
  app.addHook("onRequest", async (request) => {
    if (isOpen(request)) return;
    const address = clientAddress(request.ip);
    const presented = digest(keyOf(request) ?? "");
    const pair = `${address} ${presented.toString("hex")}`;
    if (known.get(pair) === true) return;
    // Limits guessing: after too many wrong keys the next key is not even compared. A client whose
    // key was right at this address before is not affected by other clients there.
    const waitMs = await wrong.blockedMs(address);
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

/** A provider gives each IPv6 client at least this many bits to vary. */
const IPV6_CLIENT_BITS = 64;

/**
 * The identity of a client without a key: its IPv4 address, or the /64 network of its IPv6 address.
 */
export function clientAddress(ip: string): string {
  if (!ip.includes(":")) return ip;
  const [address] = ip.split("%", 1); // without the zone of a link-local address
  if (!ipaddr.isValid(address!)) return ip;
  const parsed = ipaddr.process(address!); // an IPv4 address that is mapped into IPv6 becomes IPv4
  if (parsed.kind() === "ipv4") return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed}/${IPV6_CLIENT_BITS}`).toString();
}
