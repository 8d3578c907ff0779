import type { FastifyInstance } from "fastify";

/**
 * The largest error, in bytes. A `detail` has at most 1,000 characters, each of at most six bytes
 * in JSON.
 */
export const MAX_ERROR_BYTES = 8_192;
/** The most bytes of an answer's headers. No header repeats anything long. */
export const MAX_HEAD_BYTES = 4_096;
/** The longest list of headers in a CORS preflight, because the answer repeats it. */
export const MAX_ASKED_HEADERS = 1_000;

/** A paragraph for the description of an API. */
export const ANSWER_SIZES = [
  `**Sizes.** An error has at most ${MAX_ERROR_BYTES} bytes, and the headers of an answer have at`,
  `most ${MAX_HEAD_BYTES}. Any other answer has at most MAX_ANSWER_BYTES (default: 4 MiB), except a`,
  "stream: its route gives the limit of each line.",
].join(" ");

/** Limits every answer to these sizes. The routes' own answers are far below them. */
export function limitAnswers(app: FastifyInstance, maxAnswerBytes: number): void {
  app.addHook("onSend", (_request, reply, payload, done) => {
    // A redirection to a page needs no query, but the plugins would repeat all of it.
    const location = reply.getHeader("location");
    if (typeof location === "string") reply.header("location", location.replace(/\?.*/s, ""));
    const limit = reply.statusCode >= 400 ? MAX_ERROR_BYTES : maxAnswerBytes;
    const bytes = bytesOf(payload) ?? 0;
    if (bytes > limit)
      throw new Error(`an answer of ${bytes} bytes was not sent: at most ${limit} are allowed`);
    done();
  });
}

/** The bytes of a complete body; undefined for a stream. */
export function bytesOf(payload: unknown): number | undefined {
  if (typeof payload === "string") return Buffer.byteLength(payload);
  return Buffer.isBuffer(payload) ? payload.length : undefined;
}
