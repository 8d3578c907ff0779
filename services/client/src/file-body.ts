/** A file's bytes: a Blob, bytes, a web stream, or any iterable of bytes. */
export type FileSource = Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export interface FileBody {
  body: Blob | Uint8Array | ReadableStream<Uint8Array>;
  /** The error of the source itself, if it failed. */
  fault: () => { error: unknown } | undefined;
}

/**
 * A body for fetch. A stream is read only as fast as fetch takes it. The signal ends it and its
 * source.
 */
export function fileBody(source: FileSource, signal: AbortSignal): FileBody {
  if (source instanceof Blob || source instanceof Uint8Array) return { body: source, fault: () => undefined };
  const chunks = source instanceof ReadableStream ? piecesOf(source) : source[Symbol.asyncIterator]();
  let fault: { error: unknown } | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          controller.error(signal.reason);
          // Not awaited, because a source that is waiting for input returns only when input
          // arrives.
          chunks.return?.(undefined).catch(() => {});
        };
        signal.addEventListener("abort", end, { once: true });
      },
      async pull(controller) {
        try {
          const { value, done } = await chunks.next();
          if (signal.aborted) return;
          if (done === true) controller.close();
          else controller.enqueue(value);
        } catch (error) {
          fault = { error };
          throw error;
        }
      },
    },
    { highWaterMark: 0 },
  );
  return { body, fault: () => fault };
}

/**
 * A web stream as an iterable, which not every browser supports. The unread rest is cancelled. The
 * stream is locked at once, because Node.js cancels the body of a response that is
 * garbage-collected before anyone reads it.
 */
export function piecesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  return read(stream.getReader());
}

async function* read(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}
