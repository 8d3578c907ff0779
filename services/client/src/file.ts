import { fromAnswer, SentimentError } from "./error.ts";
import { type FileSource, fileBody, piecesOf } from "./file-body.ts";
import type { FileSettings, FileSummary, UploadState } from "./results.ts";

export type { FileSource } from "./file-body.ts";

export interface FileOptions extends FileSettings {
  signal?: AbortSignal;
}

export interface ScoredFile {
  /**
   * The file with result columns. Read it while the source is read: the service waits for its
   * reader.
   */
  file: ReadableStream<Uint8Array>;
  /** The counts of the rows. Resolves when `file` has been read to its end. */
  summary: Promise<FileSummary>;
  /** The media type of the file, for example `text/csv; charset=utf-8`. */
  contentType: string;
}

interface Service {
  url: string;
  headers: Record<string, string>;
}

/** The last line of the answer is the summary, which is never longer than this. */
const HELD = 16_384;

/** See SentimentClient.scoreFile. */
export async function scoreFile(
  source: FileSource,
  { signal, ...settings }: FileOptions,
  { url, headers }: Service,
): Promise<ScoredFile> {
  const left = new AbortController();
  const stop = signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]);
  const { body, fault } = fileBody(source, stop);
  const id = crypto.randomUUID();
  const root = url.replace(/\/$/, "");
  const query = new URLSearchParams({ ...asTexts(settings), summary: "line", id });

  /** The error with which a failed call rejects. */
  const explained = async (error: unknown): Promise<unknown> => {
    if (signal?.aborted) return signal.reason;
    const failed = fault();
    if (failed !== undefined) return failed.error;
    if (error instanceof SentimentError) return error;
    const broke = new SentimentError("unreachable", `the connection to ${url} broke`, { cause: error });
    // A connection that broke may have lost the line with the cause, but the service remembers it.
    return (await faultOf(`${root}/sentiment/file/${id}`, headers)) ?? broke;
  };

  try {
    const response = await fetch(`${root}/sentiment/file?${query}`, {
      method: "POST",
      // Without gzip, because the bytes in the sockets would decompress to many times what was
      // taken.
      headers: { ...headers, "content-type": "application/octet-stream", "accept-encoding": "identity" },
      body: body as NonNullable<RequestInit["body"]>,
      ...(body instanceof ReadableStream && { duplex: "half" }),
      signal: stop,
    });
    if (!response.ok) throw fromAnswer(await response.json().catch(() => undefined), response.status);
    return {
      ...split(response.body!, explained, left),
      contentType: response.headers.get("content-type") ?? "",
    };
  } catch (error) {
    const reason = await explained(error);
    left.abort();
    throw reason;
  }
}

/** Splits the answer into the file and its summary. */
function split(
  answer: ReadableStream<Uint8Array>,
  explained: (error: unknown) => Promise<unknown>,
  left: AbortController,
): Pick<ScoredFile, "file" | "summary"> {
  let resolve: (summary: FileSummary) => void;
  let reject: (error: unknown) => void;
  const summary = new Promise<FileSummary>((yes, no) => {
    [resolve, reject] = [yes, no];
  });
  summary.catch(() => {}); // a caller who reads only the file gets the error from it
  const pieces = withoutLastLine(piecesOf(answer));
  const file = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { value, done } = await pieces.next();
          if (done !== true) return controller.enqueue(value);
          const { error } = value.summary;
          if (error !== undefined) throw new SentimentError(error.code, error.detail);
          resolve(value);
          controller.close();
        } catch (error) {
          const reason = await explained(error);
          reject(reason);
          left.abort();
          controller.error(reason);
        }
      },
      cancel() {
        reject(new SentimentError("unreachable", "the file was not read to its end"));
        left.abort();
      },
    },
    { highWaterMark: 0 },
  );
  return { file, summary };
}

/** Yields the file's bytes. Returns the summary that follows them. */
async function* withoutLastLine(answer: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, FileSummary> {
  let held = new Uint8Array(0);
  let given = 0;
  for await (const piece of answer) {
    const all = new Uint8Array(held.length + piece.length);
    all.set(held);
    all.set(piece, held.length);
    const ready = Math.max(0, all.length - HELD);
    held = all.subarray(ready);
    given += ready;
    if (ready > 0) yield all.subarray(0, ready);
  }
  const summary = lastLine(held);
  const rest = held.subarray(0, summary.summary.bytes - given);
  if (rest.length > 0) yield rest;
  return summary;
}

function lastLine(bytes: Uint8Array): FileSummary {
  const text = new TextDecoder("latin1").decode(bytes);
  try {
    return JSON.parse(text.slice(text.lastIndexOf("\n", text.length - 2) + 1).replace(/^\0/, ""));
  } catch (cause) {
    throw new SentimentError("unexpected_answer", "the answer ended without a summary", { cause });
  }
}

async function faultOf(
  address: string,
  headers: Record<string, string>,
): Promise<SentimentError | undefined> {
  try {
    const response = await fetch(address, { headers, signal: AbortSignal.timeout(5_000) });
    const { summary } = (await response.json()) as UploadState;
    return summary.error && new SentimentError(summary.error.code, summary.error.detail);
  } catch {
    return undefined; // another replica, or none, does not know the upload
  }
}

function asTexts(settings: FileSettings): Record<string, string> {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
