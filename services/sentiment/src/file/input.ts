import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** A file or standard input, unpacked where it is gzip. */
export interface Input {
  bytes: AsyncIterable<Buffer>;
  /** Its size in bytes as stored; unknown for what is not a file. */
  size: number | undefined;
  /** How many of them were read. */
  read: () => number;
}

/** `name` is a path, or `-` for standard input. Rejects with one sentence where it cannot be opened. */
export async function openInput(name: string): Promise<Input> {
  const info = name === "-" ? undefined : await stat(name);
  if (info?.isDirectory()) throw new Error(`${name}: expected a file, found a folder`);
  const stored: Readable = info === undefined ? process.stdin : createReadStream(name);
  let read = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of stored) {
      read += chunk.length;
      yield chunk;
    }
  }
  return { bytes: unpacked(counted()), size: info?.isFile() ? info.size : undefined, read: () => read };
}

/** gzip is known by its first two bytes, so that a pipe needs no name. */
async function* unpacked(stored: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  const { value: first, done } = await stored.next();
  if (done === true) return;
  async function* all() {
    yield first;
    yield* stored;
  }
  if (first[0] !== 0x1f || first[1] !== 0x8b) yield* all();
  // The iteration below is told of every failure, the source's too.
  else yield* pipeline(Readable.from(all()), createGunzip(), () => {});
}
