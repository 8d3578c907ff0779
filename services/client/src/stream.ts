import { fromAnswer, SentimentError } from "./error.ts";
import type { StreamAnswer, StreamLine, StreamSummary } from "./results.ts";
import type { Texts } from "./source.ts";
import { streamBody } from "./stream-body.ts";

interface StreamOptions {
  url: string;
  headers: Record<string, string>;
  signal: AbortSignal | undefined;
}

/**
 * Sends and receives at the same time, over one request:
 *
 *   texts ─ as lines, when the service can receive ─> POST /sentiment/stream ─ when the caller takes ─> lines
 *
 * See SentimentClient.stream.
 */
export async function* scoreStream(
  texts: Texts,
  { url, headers, signal }: StreamOptions,
): AsyncGenerator<StreamLine, StreamSummary> {
  const left = new AbortController();
  const stop = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  let sourceFault: { error: unknown } | undefined;
  let line = 0;

  async function* watched() {
    try {
      yield* texts;
    } catch (error) {
      sourceFault = { error };
      throw error;
    }
  }

  try {
    const response = await fetch(`${url.replace(/\/$/, "")}/sentiment/stream`, {
      method: "POST",
      // Without gzip, because the bytes in the sockets would decompress to many times what was
      // taken.
      headers: { ...headers, "content-type": "application/x-ndjson", "accept-encoding": "identity" },
      body: streamBody(watched(), stop),
      duplex: "half",
      signal: stop,
    });
    if (!response.ok) throw fromAnswer(await response.json().catch(() => undefined), response.status);
    for await (const answers of readJsonLines(response.body!)) {
      for (const answer of answers as StreamAnswer[]) {
        if ("summary" in answer) return whole(answer);
        line = answer.line;
        yield answer;
      }
    }
    throw new SentimentError("unexpected_answer", "the answer ended without a summary", { line });
  } catch (error) {
    signal?.throwIfAborted();
    if (sourceFault !== undefined) throw sourceFault.error;
    if (error instanceof SentimentError) throw error;
    if (error instanceof SyntaxError)
      throw new SentimentError("unexpected_answer", "a line is not JSON", { line, cause: error });
    throw new SentimentError("unreachable", `the connection to ${url} broke`, { line, cause: error });
  } finally {
    left.abort(); // if the caller leaves early, the rest is neither read nor sent
  }
}

/** @throws SentimentError if the summary says that the stream was ended early */
function whole({ summary, model }: StreamSummary): StreamSummary {
  if (summary.error === undefined) return { summary, model };
  throw new SentimentError(summary.error.code, summary.error.detail, { line: summary.lines });
}

/**
 * The values of an NDJSON body. Each piece yields all values that it completes. A last line without
 * an end is left out.
 */
async function* readJsonLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<unknown[]> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    if (lines.length > 0) yield lines.map((line) => JSON.parse(line));
  }
}
