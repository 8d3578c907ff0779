/** The bytes of a file, in pieces of any size. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** The number of bytes that the detection reads by default. */
export const HEAD_BYTES = 65_536;

export interface Head {
  head: Buffer;
  /** Whether the head is the whole source. */
  whole: boolean;
  /** All bytes, the head included. */
  bytes: AsyncGenerator<Buffer>;
}

/**
 * Reads the first bytes of a source: at least `headBytes`, or all if it has fewer. `bytes` then gives
 * the whole source, the head included.
 */
export async function readHead(source: ByteSource, headBytes: number): Promise<Head> {
  const pieces: Buffer[] = [];
  const iterator = source[Symbol.asyncIterator]();
  let length = 0;
  let done = false;
  while (length < headBytes && !done) {
    const next = await iterator.next();
    done = next.done === true;
    if (next.done !== true) {
      pieces.push(asBuffer(next.value));
      length += next.value.length;
    }
  }
  const head = Buffer.concat(pieces);
  const whole = done;
  async function* bytes() {
    try {
      if (head.length > 0) yield head;
      while (!done) {
        const next = await iterator.next();
        if (next.done === true) return;
        yield asBuffer(next.value);
      }
    } finally {
      await iterator.return?.();
    }
  }
  return { head, whole, bytes: bytes() };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export async function* skipBytes(source: ByteSource, count: number): AsyncGenerator<Buffer> {
  let left = count;
  for await (const chunk of source as AsyncIterable<Buffer>) {
    const rest = chunk.subarray(Math.min(left, chunk.length));
    left -= chunk.length - rest.length;
    if (rest.length > 0) yield rest;
  }
}
