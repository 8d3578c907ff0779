import { constants } from "node:zlib";
import compress from "@fastify/compress";
import { type App, Problem } from "@undertone/base";

/** gzip for the routes that take `gzipBodies` into their options. */
export async function registerCompression(app: App): Promise<void> {
  await app.register(compress, { global: false });
}

/**
 * A route's options for gzip in and out. MAX_BODY_BYTES holds for the unpacked body: Fastify counts what comes out
 * of the unpacking, and stops it there. They stand here since a route's options replace the plugin's whole.
 */
export const gzipBodies = {
  compress: {
    encodings: ["gzip" as const],
    customTypes: /^(application\/(json|x-ndjson)|text\/(csv|tab-separated-values))/,
    // What is written is sent: a stream's client may wait for an answer before it goes on.
    zlibOptions: { flush: constants.Z_SYNC_FLUSH },
  },
  decompress: {
    requestEncodings: ["gzip" as const, "identity" as const],
    onUnsupportedRequestEncoding: () =>
      new Problem("unsupported_media_type", "Send the body as it is or as gzip."),
    onInvalidRequestPayload: () => new Problem("invalid_body", "The body is not the gzip it says it is."),
  },
};
