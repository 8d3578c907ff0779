import { Problem } from "@undertone/base";
import type { FastifyRequest } from "fastify";
import { scoreInOrder } from "../../scoring/in-order.ts";
import { Refusal } from "../../scoring/refusal.ts";
import type { RouteContext } from "../route-context.ts";
import type { ScoringQuery } from "../schemas.ts";
import { scoreWithBackpressure } from "../score-with-backpressure.ts";
import { limitLineTime } from "./line-timeout.ts";
import { readStream, toLine } from "./requests.ts";

/** A line that cannot be scored costs about as much as one token that the model reads. */
const TOKENS_PER_FAILED_LINE = 1;

/**
 * The lines of the answer to a stream, in order, with the summary last. It never throws: the
 * summary has the error that ended it early. `signal` is aborted when the client has disconnected.
 */
export async function* answerStream(
  source: AsyncIterable<Buffer>,
  context: RouteContext,
  request: FastifyRequest,
  signal: AbortSignal,
  query: ScoringQuery,
): AsyncGenerator<string> {
  const { config, model } = context;
  const count = { lines: 0, ok: 0, failed: 0 };
  const score = scoreWithBackpressure(context, request, signal, query);
  const summary = (error?: { code: string; detail: string }) => {
    const content = { ...count, complete: error === undefined, ...(error && { error }) };
    return `${JSON.stringify({ summary: content, model: model() })}\n`;
  };
  try {
    const rows = readStream(limitLineTime(source, config), config.maxBodyBytes, packedBytes(request));
    for await (const scored of scoreInOrder(rows, score, config.maxStreamHeld)) {
      const lines = scored.map(toLine);
      count.lines += lines.length;
      const ok = lines.filter(({ status }) => status === "ok").length;
      count.ok += ok;
      const failed = lines.length - ok;
      count.failed += failed;
      if (failed > 0) await request.chargePart(failed * TOKENS_PER_FAILED_LINE);
      yield lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    }
    yield summary();
  } catch (error) {
    const known = error instanceof Problem || error instanceof Refusal;
    const { code, message } = known
      ? error
      : new Problem("internal", "The service failed; its log has the cause.");
    yield summary({ code, detail: message });
  }
}

/**
 * The compressed size of the part of the body that has been decompressed; undefined if the body is
 * not compressed.
 */
function packedBytes({ body }: FastifyRequest): () => number | undefined {
  return () => (body as { receivedEncodedLength?: number }).receivedEncodedLength;
}
