import { randomUUID } from "node:crypto";
import { type FileHandle, open, unlink } from "node:fs/promises";
import os from "node:os";
import path from "node:path";

const PIECE = 65_536;

/** The disk space that all uploads of a process share. */
export class DiskBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}

/**
 * A queue of bytes on disk. The file is unlinked as soon as it is open, so the system frees it in
 * every case.
 */
export class UnlinkedFile {
  readonly #budget: DiskBudget;
  #handle: FileHandle | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #start = 0;
  #end = 0;

  constructor(budget: DiskBudget) {
    this.#budget = budget;
  }

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  /** False if there is no space left, or no disk to write to. */
  append(bytes: Buffer): Promise<boolean> {
    return this.#inTurn(async () => {
      if (!this.#budget.take(bytes.length)) return false;
      try {
        this.#handle ??= await create();
        await this.#handle.write(bytes, 0, bytes.length, this.#end);
      } catch {
        this.#budget.giveBack(bytes.length);
        return false;
      }
      this.#end += bytes.length;
      return true;
    });
  }

  /** The oldest bytes; undefined if the file is empty. */
  read(): Promise<Buffer> {
    return this.#inTurn(async () => {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, this.#end - this.#start));
      if (piece.length === 0) return piece;
      const { bytesRead } = await this.#handle!.read(piece, 0, piece.length, this.#start);
      if (bytesRead === 0) throw new Error("bytes that were put aside are not there any more");
      this.#start += bytesRead;
      if (this.isEmpty) await this.#clear();
      return piece.subarray(0, bytesRead);
    });
  }

  close(): Promise<void> {
    return this.#inTurn(async () => {
      this.#budget.giveBack(this.#end);
      this.#start = this.#end = 0;
      await this.#handle?.close();
    });
  }

  async #clear(): Promise<void> {
    await this.#handle!.truncate(0);
    this.#budget.giveBack(this.#end);
    this.#start = this.#end = 0;
  }

  /** Runs one operation after the other. */
  #inTurn<T>(operation: () => Promise<T>): Promise<T> {
    const done = this.#last.then(operation);
    this.#last = done.catch(() => {});
    return done;
  }
}

async function create(): Promise<FileHandle> {
  const name = path.join(os.tmpdir(), `undertone-${randomUUID()}`);
  const handle = await open(name, "wx+", 0o600);
  await unlink(name);
  return handle;
}
