import { isIP } from "node:net";
import cors from "@fastify/cors";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { MAX_ASKED_HEADERS } from "./answer-size.ts";
import { Problem } from "./problem.ts";
import type { HttpConfig } from "./settings.ts";

/** Probes name the pod or nothing; they tell nothing that is worth a page's while. */
const ANY_HOST = new Set(["/livez", "/readyz"]);
const READS = new Set(["GET", "HEAD", "OPTIONS"]);
/** What a page of an allowed origin may read beside the body. */
const EXPOSED = ["retry-after", "server-timing", "inference-header-content-length", "sentiment-detected"];

/**
 * Keeps foreign web pages out:
 *
 *   Host    a page whose own name was pointed at this address (DNS rebinding) sends its own name: 421
 *   Origin  a page of another origin may read what is open, and may change or cost nothing: 403
 *
 * Pages of ALLOWED_ORIGINS may do both.
 */
export async function guardOrigins(app: FastifyInstance, config: HttpConfig): Promise<void> {
  const origins = new Set(listOf(config.allowedOrigins));
  const hosts = new Set(listOf(config.allowedHosts));
  // A page has no key: with keys the names are free, unless some are given.
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

/** RFC 9112 wants 400 for two Host headers, which Node takes; HTTP/0.9 has neither headers nor a status. */
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
  if (host === undefined) return; // HTTP/1.0, which no page speaks
  const name = hostName(host);
  const own = name === "localhost" || name.endsWith(".localhost") || isIP(name) !== 0 || allowed.has(name);
  if (!own)
    throw new Problem("misdirected_request", "Name this host in ALLOWED_HOSTS to be answered under it.");
}

/** The answer to a page that asks what it may send repeats the names of the headers. */
function refuseLongList({ headers }: FastifyRequest): void {
  const asked = headers["access-control-request-headers"];
  if (asked === undefined || asked.length <= MAX_ASKED_HEADERS) return;
  const detail = `access-control-request-headers: expected at most ${MAX_ASKED_HEADERS} characters, got ${asked.length}.`;
  throw new Problem("invalid_header", detail);
}

/** The host of `host:port`, `[::1]:port`, without a final dot. */
function hostName(host: string): string {
  const [, ipv6, name] = /^(?:\[([^\]]*)\]|([^:]*))(?::\d*)?$/.exec(host) ?? [];
  return (ipv6 ?? name ?? "").toLowerCase().replace(/\.$/, "");
}

/** A browser sends one of the two headers with every request that a page makes and that is not a read. */
function refuseForeignOrigin({ headers }: FastifyRequest, allowed: Set<string>): void {
  const { origin, host } = headers;
  if (origin === undefined && headers["sec-fetch-site"] !== "cross-site") return;
  if (origin !== undefined && allowed.has(origin.toLowerCase())) return;
  // The scheme is not compared: a proxy may end TLS before the service.
  const same =
    origin !== undefined && origin.toLowerCase().replace(/^https?:\/\//, "") === host?.toLowerCase();
  if (same && headers["sec-fetch-site"] !== "cross-site") return;
  const detail = "A web page of another origin may not send this; see ALLOWED_ORIGINS.";
  throw new Problem("foreign_origin", detail);
}
