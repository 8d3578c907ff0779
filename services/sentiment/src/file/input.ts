import { fstatSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";

/** A file or standard input, as it is stored: compressed bytes are not decompressed. */
export interface Input {
  bytes: AsyncIterable<Buffer>;
  info: Stats;
  /** The stored size in bytes; undefined if the input is not a regular file. */
  size: number | undefined;
  /** The number of bytes that have been read. */
  read: () => number;
}

/**
 * `name` is a path, or `-` for standard input. @throws Error of one sentence if it cannot be opened
 */
export async function openInput(name: string): Promise<Input> {
  const file = name === "-" ? undefined : await open(name, "r");
  const info = file === undefined ? fstatSync(process.stdin.fd) : await file.stat();
  if (info.isDirectory()) {
    await file?.close();
    throw new Error(`${name}: expected a file, found a folder`);
  }
  const stored: Readable = file === undefined ? process.stdin : file.createReadStream();
  let read = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of stored) {
      read += chunk.length;
      yield chunk;
    }
  }
  return { bytes: counted(), info, size: info.isFile() ? info.size : undefined, read: () => read };
}
