import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, lstat, open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const pack = promisify(gzip);
const { O_CREAT, O_EXCL, O_NOFOLLOW, O_RDWR, O_WRONLY } = constants;

/** The unfinished file that a stopped run has left. */
export interface PartialFile {
  /** Its name, in the folder of the output. */
  name: string;
  /** The length of its complete segments. Everything after them is cut off. */
  bytes: number;
}

/**
 * A file that is written in segments, or standard output. Until it is finished it has an
 * unpredictable temporary name in the same folder, so no half-written file ever has the output's
 * name. In a `.gz` file each segment is one gzip member.
 */
export class Output {
  readonly #target: string | undefined;
  readonly #file: FileHandle | undefined;
  readonly partial: PartialFile;

  private constructor(target: string | undefined, file: FileHandle | undefined, partial: PartialFile) {
    this.#target = target;
    this.#file = file;
    this.partial = partial;
  }

  /** Creates a new file, with the permissions of the file that it will replace. */
  static async create(target: string): Promise<Output> {
    const name = `.${path.basename(target)}.${randomBytes(8).toString("hex")}.partial`;
    const mode = (await lstat(target).catch(() => undefined))?.mode ?? 0o666;
    const file = await open(beside(target, name), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, mode & 0o777);
    return new Output(target, file, { name, bytes: 0 });
  }

  /** Continues after the complete segments of a stopped run. */
  static async resume(target: string, partial: PartialFile): Promise<Output> {
    const name = path.basename(partial.name);
    const file = await open(beside(target, name), O_RDWR | O_NOFOLLOW).catch((error) => {
      if (error.code !== "ENOENT") throw error;
      throw new Error(
        `${beside(target, name)}: expected the rows that the stopped run has written, found no file. ` +
          `Remove ${target}'s .progress file and run without --resume.`,
      );
    });
    const info = await file.stat();
    if (!info.isFile() || info.nlink !== 1 || info.size < partial.bytes) {
      await file.close();
      throw new Error(
        `${name}: expected the file of a stopped run, at least ${partial.bytes} bytes, ` +
          `found ${info.size} bytes. Remove it and run without --resume.`,
      );
    }
    await file.truncate(partial.bytes);
    return new Output(target, file, { name, bytes: partial.bytes });
  }

  static stdout(): Output {
    return new Output(undefined, undefined, { name: "", bytes: 0 });
  }

  async write(segment: Buffer): Promise<void> {
    if (segment.length === 0) return;
    const data = this.#target?.endsWith(".gz") ? await pack(segment) : segment;
    if (this.#file === undefined) {
      await new Promise<void>((resolve, reject) =>
        process.stdout.write(data, (error) => (error ? reject(error) : resolve())),
      );
    } else await this.#file.write(data, 0, data.length, this.partial.bytes);
    this.partial.bytes += data.length;
  }

  /** Resolves when the written bytes would survive a crash of the machine. */
  async sync(): Promise<void> {
    await this.#file?.datasync();
  }

  /** Renames the finished file to its target, which replaces a file of that name. */
  async finish(): Promise<void> {
    await this.sync();
    await this.close();
    if (this.#target !== undefined) await rename(beside(this.#target, this.partial.name), this.#target);
  }

  async close(): Promise<void> {
    await this.#file?.close();
  }

  /** Removes the unfinished file of a run that cannot be continued. */
  async remove(): Promise<void> {
    await this.close();
    if (this.#target !== undefined) await rm(beside(this.#target, this.partial.name), { force: true });
  }
}

const beside = (target: string, name: string) => path.join(path.dirname(target), name);
