import { Decompress } from "fzstd";
import xxhash, { type XXHash } from "xxhash-wasm";
import type { ByteSource } from "./byte-source.ts";

/**
 * The number of compressed bytes that are decompressed at once. It is small, because a block of four
 * bytes can decompress to 128 KiB.
 */
const PIECE = 1_024;
const FRAME = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;

const isSkippable = (magic: number) => (magic & 0xfffffff0) >>> 0 === SKIPPABLE;

/** Whether a file begins with a frame of zstd, or with a skippable frame. */
export function isZstd(head: Buffer): boolean {
  if (head.length < 4) return false;
  const magic = head.readUInt32LE(0);
  return magic === FRAME || isSkippable(magic);
}

/**
 * The decompressed bytes of all frames. The checksums of the frames (XXH64) are verified here, because
 * fzstd does not do it, so that damaged data are not read as text. Rejects with "unexpected EOF" if
 * the data are cut off.
 */
export async function* unzstd(source: ByteSource): AsyncGenerator<Buffer> {
  const bytes = new Bytes(source);
  const { create64 } = await xxhash();
  while (!(await bytes.ended())) {
    const magic = await bytes.take(4);
    const kind = magic.readUInt32LE(0);
    if (isSkippable(kind)) await bytes.skip((await bytes.take(4)).readUInt32LE(0));
    else if (kind === FRAME) yield* frame(bytes, magic, create64());
    else throw new Error("no frame of zstd begins here");
  }
}

/** RFC 8878, section 3.1.1: header, blocks, and a checksum if the header says so. */
async function* frame(bytes: Bytes, magic: Buffer, hash: XXHash<bigint>): AsyncGenerator<Buffer> {
  let unpacked: Buffer[] = [];
  const stream = new Decompress((data) => unpacked.push(Buffer.from(data)));
  const descriptor = (await bytes.take(1))[0]!;
  const hasChecksum = (descriptor & 4) !== 0;
  function* push(piece: Buffer, final = false): Generator<Buffer> {
    stream.push(piece, final);
    for (const part of unpacked.filter(({ length }) => length > 0)) {
      if (hasChecksum) hash.update(part);
      yield part;
    }
    unpacked = [];
  }
  yield* push(Buffer.concat([magic, Buffer.of(descriptor), await bytes.take(headerRest(descriptor))]));
  for (let last = false; !last; ) {
    const block = await bytes.take(3);
    const header = block.readUIntLE(0, 3);
    const isRunLength = ((header >> 1) & 3) === 1;
    last = (header & 1) === 1;
    yield* push(block);
    for (let left = isRunLength ? 1 : header >> 3; left > 0; ) {
      const piece = await bytes.some(Math.min(left, PIECE));
      left -= piece.length;
      yield* push(piece);
    }
  }
  const checksum = await bytes.take(hasChecksum ? 4 : 0);
  yield* push(checksum, true); // fzstd decompresses a short frame only when it knows its end.
  if (hasChecksum && checksum.readUInt32LE(0) !== Number(hash.digest() & 0xffff_ffffn))
    throw new Error("the checksum of the frame is wrong");
}

/** The length of a frame's header after the descriptor: window, dictionary id, content size. */
function headerRest(descriptor: number): number {
  const single = (descriptor >> 5) & 1;
  const dictionary = [0, 1, 2, 4][descriptor & 3]!;
  const size = [single, 2, 4, 8][descriptor >> 6]!;
  return 1 - single + dictionary + size;
}

/** Reads a given number of bytes at a time from a source. */
class Bytes {
  readonly #source: AsyncIterator<Uint8Array>;
  #ready: Buffer = Buffer.alloc(0);

  constructor(source: ByteSource) {
    this.#source = source[Symbol.asyncIterator]();
  }

  async ended(): Promise<boolean> {
    while (this.#ready.length === 0) {
      const { value, done } = await this.#source.next();
      if (done === true) return true;
      this.#ready = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
    }
    return false;
  }

  /** At least one byte, at most `count`. */
  async some(count: number): Promise<Buffer> {
    if (await this.ended()) throw new Error("unexpected EOF");
    const piece = this.#ready.subarray(0, count);
    this.#ready = this.#ready.subarray(piece.length);
    return piece;
  }

  async take(count: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let left = count; left > 0; ) {
      const piece = await this.some(left);
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  async skip(count: number): Promise<void> {
    for (let left = count; left > 0; ) left -= (await this.some(left)).length;
  }
}
