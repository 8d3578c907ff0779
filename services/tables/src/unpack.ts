import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import type { Compression } from "./options.ts";
import { TableError } from "./table-error.ts";
import { isZstd, unzstd } from "./zstd.ts";

/** Packed files are known by their first bytes, so that a pipe needs no name. */
export function detectCompression(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  return isZstd(head) ? "zstd" : "none";
}

/**
 * The unpacked bytes; several members of gzip, or frames of zstd, one after the other are one file.
 */
export async function* unpack(bytes: ByteSource, compression: Compression): AsyncGenerator<Buffer> {
  // A failure of the source itself passes as it is; only the unpacking's own failures are renamed.
  let sourceError: unknown;
  async function* source() {
    try {
      yield* bytes;
    } catch (error) {
      sourceError = error;
      throw error;
    }
  }
  try {
    if (compression === "gzip") yield* gunzip(source());
    else if (compression === "zstd") yield* unzstd(source());
    else yield* source() as AsyncGenerator<Buffer>;
  } catch (error) {
    if (sourceError !== undefined) throw sourceError;
    if (compression === "none") throw error;
    const cut = /unexpected (end of file|EOF)/i.test((error as Error).message);
    const what = cut ? "ends before its last block: the file is cut off" : "is damaged";
    throw new TableError(
      "invalid_compression",
      `The ${compression} data ${what}. Expected a whole ${compression} file; copy or send it again.`,
    );
  }
}

async function* gunzip(bytes: ByteSource): AsyncGenerator<Buffer> {
  // The iteration is told of every failure, the source's too.
  yield* pipeline(Readable.from(bytes, { objectMode: false }), createGunzip(), () => {});
}

interface Limits {
  maxBytes: number;
  pieceBytes: number;
  onUnpacked: ((bytes: number, piece: Buffer) => void | Promise<void>) | undefined;
}

/**
 * Ends the reading of a file that unpacks to more than `maxBytes`, or to more than `onUnpacked`
 * agrees to.
 */
export async function* limitBytes(
  bytes: ByteSource,
  { maxBytes, pieceBytes, onUnpacked }: Limits,
): AsyncGenerator<Buffer> {
  let read = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>)
    for (let at = 0; at < chunk.length; at += pieceBytes) {
      const piece = chunk.subarray(at, at + pieceBytes);
      read += piece.length;
      if (read > maxBytes)
        throw new TableError(
          "too_many_bytes",
          `The file is larger than ${maxBytes} bytes when it is unpacked. Send it in parts.`,
        );
      await onUnpacked?.(read, piece);
      yield piece;
    }
}
