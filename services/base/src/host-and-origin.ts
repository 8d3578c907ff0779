import { isIP } from "node:net";
import cors from "@fastify/cors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { MAX_ASKED_HEADERS } from "./answer-size.ts";
import { COMMON_PROBLEMS, Problem } from "./problem.ts";
import type { HttpConfig } from "./settings.ts";

/** Probes may use any host name, because Kubernetes calls them by the pod's address or name. */
const ANY_HOST = new Set(["/livez", "/readyz"]);
const READS = new Set(["GET", "HEAD", "OPTIONS"]);
/** The response headers that a page of an allowed origin may read. */
const EXPOSED = ["retry-after", "server-timing", "inference-header-content-length", "sentiment-detected"];

/**
 * Refuses requests of web pages that do not belong to this service:
 *
 *   Host    With DNS rebinding a page points its own name at this address. Its requests carry that
 *           name, and get 421.
 *   Origin  A page of another origin may send GET, HEAD and OPTIONS. Its other requests get 403.
 *
 * Pages of ALLOWED_ORIGINS may send all requests.
 */
export async function guardOrigins(app: FastifyInstance, config: HttpConfig): Promise<void> {
  const origins = new Set(listOf(config.allowedOrigins));
  const hosts = new Set(listOf(config.allowedHosts));
  // A page that rebinds DNS has no key, so keys alone protect the service.
  const anyHost = config.apiKeys !== "" && hosts.size === 0;
  app.addHook("onRequest", (request, _reply, done) => {
    refuseMalformed(request);
    if (!anyHost && !ANY_HOST.has(request.routeOptions.url ?? "")) refuseForeignHost(request, hosts);
    if (!READS.has(request.method)) refuseForeignOrigin(request, origins);
    refuseLongList(request);
    done();
  });
  if (origins.size === 0) return;
  await app.register(cors, {
    origin: [...origins],
    methods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
    exposedHeaders: EXPOSED,
    maxAge: 600,
  });
}

const listOf = (setting: string) =>
  setting
    .toLowerCase()
    .split(",")
    .filter((one) => one !== "");

/**
 * Node accepts two Host headers, for which RFC 9112 demands 400, and HTTP/0.9, which has neither
 * headers nor a status.
 */
function refuseMalformed({ raw }: FastifyRequest): void {
  if (raw.httpVersionMajor < 1) throw new Problem("malformed_request", "HTTP/1.0 or HTTP/1.1 is expected.");
  let hosts = 0;
  for (let at = 0; at < raw.rawHeaders.length; at += 2) {
    const name = raw.rawHeaders[at]!;
    if (name.length === 4 && name.toLowerCase() === "host") hosts += 1;
  }
  if (hosts > 1) throw new Problem("malformed_request", "The request has more than one Host header.");
}

function refuseForeignHost({ headers }: FastifyRequest, allowed: Set<string>): void {
  const { host } = headers;
  if (host === undefined) return; // HTTP/1.0, which no browser uses
  const name = hostName(host);
  const own = name === "localhost" || name.endsWith(".localhost") || isIP(name) !== 0 || allowed.has(name);
  if (!own)
    throw new Problem("misdirected_request", `${COMMON_PROBLEMS.misdirected_request.title} ${ADD_HOST}`);
}

/** The answer to a CORS preflight request repeats the header names that the page asks for. */
function refuseLongList({ headers }: FastifyRequest): void {
  const asked = headers["access-control-request-headers"];
  if (asked === undefined || asked.length <= MAX_ASKED_HEADERS) return;
  const expected = `at most ${MAX_ASKED_HEADERS} characters`;
  const detail = `access-control-request-headers: expected ${expected}, got ${asked.length}.`;
  throw new Problem("invalid_header", detail);
}

const ADD_HOST = "Add the name to ALLOWED_HOSTS to allow it.";

/** The host of `host:port` or `[::1]:port`, without a final dot. */
function hostName(host: string): string {
  const [, ipv6, name] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return (ipv6 ?? name ?? "").toLowerCase().replace(/\.$/, "");
}

/**
 * A browser sends Origin or Sec-Fetch-Site with every request of a page other than GET, HEAD and
 * OPTIONS.
 */
function refuseForeignOrigin({ headers }: FastifyRequest, allowed: Set<string>): void {
  const { origin, host } = headers;
  if (origin === undefined && headers["sec-fetch-site"] !== "cross-site") return;
  if (origin !== undefined && allowed.has(origin.toLowerCase())) return;
  // The scheme is not compared, because a proxy may terminate TLS.
  const same =
    origin !== undefined && origin.toLowerCase().replace(/^https?:\/\//, "") === host?.toLowerCase();
  if (same && headers["sec-fetch-site"] !== "cross-site") return;
  const detail = `${COMMON_PROBLEMS.foreign_origin.title} Add its origin to ALLOWED_ORIGINS to allow it.`;
  throw new Problem("foreign_origin", detail);
}
