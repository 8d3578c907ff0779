import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "./problem.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route unpacks a body that its `content-encoding` says is packed. */
    unpacks?: boolean;
  }
}

/**
 * JSON is UTF-8 (RFC 8259): another `charset` is 415. A `content-encoding` is 415 wherever the route does not unpack it,
 * rather than JSON that cannot be read.
 */
export function checkBodyHeaders(app: FastifyInstance): void {
  app.addHook("onRoute", (route) => {
    if ("decompress" in route) route.config = { ...route.config, unpacks: true };
  });
  // Before a body is read, and before a plugin that unpacks it takes the header away.
  app.addHook("onRequest", async (request) => {
    checkCharset(request);
    checkEncoding(request);
  });
}

/** @throws Problem `invalid_body` where the bytes are not UTF-8 */
export function checkUtf8(body: Buffer): void {
  if (!isUtf8(body))
    throw new Problem("invalid_body", `The body is not UTF-8 from byte ${faultIn(body)} on.`);
}

/** The place of the first byte that is not UTF-8, from 1. */
function faultIn(body: Buffer): number {
  const repaired = Buffer.from(body.toString());
  let at = 0;
  while (body[at] === repaired[at]) at++;
  return at + 1;
}

function checkCharset({ headers }: FastifyRequest): void {
  const type = headers["content-type"];
  if (type === undefined || !/json/i.test(type)) return;
  const charset = /;\s*charset\s*=\s*"?([^";\s]*)/i.exec(type)?.[1];
  if (charset === undefined || /^utf-?8$/i.test(charset)) return;
  throw new Problem("unsupported_media_type", "JSON is UTF-8 here; send it so, and charset=utf-8 or none.");
}

function checkEncoding(request: FastifyRequest): void {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || encoding === "identity" || request.is404) return;
  if (request.routeOptions.config.unpacks === true) return;
  throw new Problem(
    "unsupported_media_type",
    "This route takes no content-encoding; send the body as it is.",
  );
}
