import { type FileHandle, open } from "node:fs/promises";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const pack = promisify(gzip);

/** A file written in segments, or standard output. A `.gz` file gets one gzip member a segment. */
export class Output {
  readonly #file: FileHandle | undefined;
  readonly #packed: boolean;
  /** Bytes of all whole segments: cut there, the file is good. */
  bytes: number;

  private constructor(file: FileHandle | undefined, packed: boolean, bytes: number) {
    this.#file = file;
    this.#packed = packed;
    this.bytes = bytes;
  }

  /** Keeps the first `bytes` bytes of the file. */
  static async open(name: string, bytes: number): Promise<Output> {
    const file = await open(name, bytes === 0 ? "w" : "r+");
    const { size } = await file.stat();
    if (size < bytes) {
      await file.close();
      throw new Error(`${name}: expected at least ${bytes} bytes, found ${size}; it cannot be resumed`);
    }
    await file.truncate(bytes);
    return new Output(file, name.endsWith(".gz"), bytes);
  }

  static stdout(): Output {
    return new Output(undefined, false, 0);
  }

  async write(segment: string): Promise<void> {
    if (segment === "") return;
    const data = this.#packed ? await pack(segment) : Buffer.from(segment);
    if (this.#file === undefined) {
      await new Promise<void>((resolve, reject) =>
        process.stdout.write(data, (error) => (error ? reject(error) : resolve())),
      );
    } else await this.#file.write(data, 0, data.length, this.bytes);
    this.bytes += data.length;
  }

  /** Resolves when what was written would outlive the machine's fall. */
  async sync(): Promise<void> {
    await this.#file?.datasync();
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }
}
