import {
  closeSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import Type from "typebox";
import { Compile } from "typebox/compile";

const Content = Compile(Type.Array(Type.String({ pattern: "^[A-Za-z0-9+/]{43}=$" }), { maxItems: 10_000 }));
const MAX_BYTES = 1_048_576;

/**
 * The keys of the texts that this process is scoring, in a file beside the quarantine's. If a text
 * kills the process, the file remains, and tells the next process which texts to suspect.
 */
export class RunningFile {
  readonly #file: string;
  readonly #handle: number;
  readonly #warn: (message: string) => void;
  #closed = false;
  readonly #batches = new Set<readonly string[]>();

  /** @throws Error where the file cannot be made */
  constructor(quarantineFile: string, warn: (message: string) => void) {
    this.#warn = warn;
    this.#file = `${quarantineFile}.${hostname()}.${process.pid}`;
    this.#handle = openSync(this.#file, "w", 0o600);
  }

  /** Records a batch before a thread gets it. Returns a function to call when the thread has answered. */
  begin(batch: readonly string[]): () => void {
    this.#batches.add(batch);
    this.#write();
    return () => {
      this.#batches.delete(batch);
      this.#write();
    };
  }

  close(): void {
    if (this.#closed) return; // another file may have the same descriptor now
    this.#closed = true;
    closeSync(this.#handle);
    rmSync(this.#file, { force: true });
  }

  /**
   * The texts that each dead process of this host was scoring. Each file is read once and removed.
   * Files of other hosts are removed when they are older than `maxAgeMs`.
   */
  static takeLeft(quarantineFile: string, maxAgeMs: number): string[][] {
    const folder = path.dirname(quarantineFile);
    const base = `${path.basename(quarantineFile)}.`;
    return readdirSync(folder).flatMap((name) => {
      const [, host, pid] = /^(.+)\.(\d+)$/.exec(name.startsWith(base) ? name.slice(base.length) : "") ?? [];
      if (host === undefined) return [];
      const file = path.join(folder, name);
      const stat = statSync(file, { throwIfNoEntry: false });
      if (stat === undefined || !stat.isFile()) return [];
      if (host !== hostname()) {
        if (Date.now() - stat.mtimeMs > maxAgeMs) rmSync(file, { force: true });
        return [];
      }
      if (Number(pid) !== process.pid && isAlive(Number(pid))) return [];
      const keys = stat.size > MAX_BYTES ? [] : keysOf(readFileSync(file, "utf8"));
      rmSync(file, { force: true });
      return [keys];
    });
  }

  #write(): void {
    if (this.#closed) return;
    const text = JSON.stringify([...this.#batches].flat());
    try {
      // Not synced to the disk: the page cache survives the process, and a text does not stop a machine.
      ftruncateSync(this.#handle, writeSync(this.#handle, text, 0));
    } catch (error) {
      this.close();
      this.#warn(`${this.#file} can no longer be written: ${(error as Error).message}.`);
    }
  }
}

function keysOf(text: string): string[] {
  try {
    const keys: unknown = JSON.parse(text);
    return Content.Check(keys) ? keys : [];
  } catch {
    return []; // the process died while it wrote
  }
}

/** Signal 0 is never sent: it only checks whether the process exists. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
