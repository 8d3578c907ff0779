import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Problem } from "./problem.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The route decompresses a body according to its `content-encoding`. */
    unpacks?: boolean;
  }
}

/**
 * Answers 415 for a `charset` other than UTF-8, which JSON must be in (RFC 8259), and for a
 * `content-encoding` that the route does not decompress. Without the second check the client would
 * be told that its compressed body is not JSON.
 */
export function checkBodyHeaders(app: FastifyInstance): void {
  app.addHook("onRoute", (route) => {
    if ("decompress" in route) route.config = { ...route.config, unpacks: true };
  });
  // In onRequest, because the plugin that decompresses the body removes the header later.
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

/** The position of the first byte that is not UTF-8, counted from 1. */
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
  throw new Problem("unsupported_media_type", "Send JSON as UTF-8, with charset=utf-8 or without a charset.");
}

function checkEncoding(request: FastifyRequest): void {
  const encoding = request.headers["content-encoding"];
  if (encoding === undefined || encoding === "identity" || request.is404) return;
  if (request.routeOptions.config.unpacks === true) return;
  throw new Problem(
    "unsupported_media_type",
    "This route does not accept a content-encoding; send the body uncompressed.",
  );
}
