import { constants } from "node:zlib";
import compress from "@fastify/compress";
import { type App, Problem } from "@undertone/base";

/** Enables gzip for the routes that have `gzipBodies` in their options. */
export async function registerCompression(app: App): Promise<void> {
  await app.register(compress, { global: false });
}

/**
 * A route's options for gzip in both directions. MAX_BODY_BYTES limits the decompressed body,
 * because Fastify counts decompressed bytes. These cannot be the plugin's own options: a route's
 * options replace all of the plugin's.
 */
export const gzipBodies = {
  compress: {
    encodings: ["gzip" as const],
    customTypes: /^(application\/(json|x-ndjson)|text\/(csv|tab-separated-values))/,
    // Send what is written at once: a stream's client may wait for a result before it sends more.
    zlibOptions: { flush: constants.Z_SYNC_FLUSH },
  },
  decompress: {
    requestEncodings: ["gzip" as const, "identity" as const],
    onUnsupportedRequestEncoding: () =>
      new Problem("unsupported_media_type", "Send the body uncompressed, or with content-encoding: gzip."),
    onInvalidRequestPayload: () =>
      new Problem("invalid_body", "The body is not gzip, although its content-encoding says so."),
  },
};
