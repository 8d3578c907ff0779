import { fstatSync, type Stats } from "node:fs";
import { open } from "node:fs/promises";
import type { Readable } from "node:stream";

/** A file or standard input, as it is stored. */
export interface Input {
  bytes: AsyncIterable<Buffer>;
  info: Stats;
  /** Its size in bytes as stored; unknown for what is not a file. */
  size: number | undefined;
  /** How many of them were read. */
  read: () => number;
}

/**
 * `name` is a path, or `-` for standard input. Rejects with one sentence where it cannot be opened.
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
