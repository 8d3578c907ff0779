import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import type { ByteSource } from "./byte-source.ts";
import type { Compression } from "./options.ts";
import { TableError } from "./table-error.ts";
import { isZstd, unzstd } from "./zstd.ts";

/** Detects the compression by the first bytes, because a pipe has no file name. */
export function detectCompression(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return "gzip";
  return isZstd(head) ? "zstd" : "none";
}

/**
 * Decompresses a file, which may have several members (gzip) or frames (zstd).
 * @throws TableError if the data are damaged or cut off
 */
export async function* unpack(bytes: ByteSource, compression: Compression): AsyncGenerator<Buffer> {
  // An error of the source is passed on unchanged. Only an error of the decompression is renamed.
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
  // The iteration throws every error, also those of the source, so the callback is empty.
  yield* pipeline(Readable.from(bytes, { objectMode: false }), createGunzip(), () => {});
}

interface Limits {
  maxBytes: number;
  pieceBytes: number;
  onUnpacked: ((bytes: number, piece: Buffer) => void | Promise<void>) | undefined;
}

/**
 * Passes the bytes on in pieces of at most `pieceBytes`, and calls `onUnpacked` before each.
 * @throws TableError after `maxBytes`
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
          `The file is larger than ${maxBytes} bytes after decompression. Send it in parts.`,
        );
      await onUnpacked?.(read, piece);
      yield piece;
    }
}
