/** Bytes of a file, piece by piece, whether they come from a disk, a socket or a browser. */
export type ByteSource = AsyncIterable<Uint8Array>;

/** How many bytes are looked at before a table is read. */
export const HEAD_BYTES = 65_536;

export interface Head {
  head: Buffer;
  /** Whether the head is all there is. */
  whole: boolean;
  /** All bytes, the head included. */
  bytes: AsyncGenerator<Buffer>;
}

/** The first bytes of a source, at least `headBytes` where it has so many, and the whole source. */
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
