/**
 * A file's bytes: what a browser or Node.js gives for a file, a web stream, or any iterable of
 * bytes.
 */
export type FileSource = Blob | Uint8Array | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>;

export interface FileBody {
  body: Blob | Uint8Array | ReadableStream<Uint8Array>;
  /** The error with which the source itself failed, if it did. */
  fault: () => { error: unknown } | undefined;
}

/** A body of fetch. A stream is read only as it is taken; the signal ends it and its source. */
export function fileBody(source: FileSource, signal: AbortSignal): FileBody {
  if (source instanceof Blob || source instanceof Uint8Array) return { body: source, fault: () => undefined };
  const chunks = source instanceof ReadableStream ? piecesOf(source) : source[Symbol.asyncIterator]();
  let fault: { error: unknown } | undefined;
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const end = () => {
          controller.error(signal.reason);
          // Not awaited: a source that waits ends only when it moves.
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
 * A web stream as an iterable: not every browser iterates it. What is not read is cancelled. The
 * stream is locked at once: Node.js cancels the body of a response that was collected as garbage,
 * unless someone has begun to read it.
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
