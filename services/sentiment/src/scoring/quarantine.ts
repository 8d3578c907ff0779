import { LRUCache } from "lru-cache";
import { type QuarantineEntries, QuarantineFile } from "./quarantine-file.ts";

/** Keys that are remembered; the least recently used key is forgotten first. */
export const CAPACITY = 10_000;
/** How often it is looked whether another replica has written the file. */
const LOOK_MS = 2_000;

export interface QuarantineOptions {
  quarantineFile: string; // empty: none
  quarantineSeconds: number;
  /** Told in one sentence when the file cannot be used. */
  warn?: (message: string) => void;
}

/**
 * Poison texts: each made two workers fail. They are refused for a while, by the hash of the model
 * and of their ids. The file keeps them when the process ends, and replicas that share it learn from
 * each other.
 */
export class Quarantine {
  readonly #until = new LRUCache<string, number>({ max: CAPACITY });
  readonly #lifetimeMs: number;
  readonly #file: QuarantineFile | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor({ quarantineFile, quarantineSeconds, warn = () => {} }: QuarantineOptions) {
    this.#lifetimeMs = quarantineSeconds * 1_000;
    if (quarantineFile === "") return;
    this.#file = new QuarantineFile(quarantineFile, warn);
    this.#learn();
    this.#timer = setInterval(() => this.#learn(), LOOK_MS).unref();
  }

  add(key: string): void {
    this.#learn(); // what others wrote meanwhile is not lost
    this.#until.set(key, Date.now() + this.#lifetimeMs);
    this.#file?.write([...this.#until].filter(([, until]) => until > Date.now()));
  }

  has(key: string): boolean {
    return (this.#until.get(key) ?? 0) > Date.now();
  }

  get isEmpty(): boolean {
    return this.#until.size === 0;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #learn(): void {
    const entries: QuarantineEntries = this.#file?.readIfChanged() ?? [];
    // A file cannot keep a text out for longer than this service would.
    const latest = Date.now() + this.#lifetimeMs;
    for (const [key, until] of entries) {
      const most = Math.min(until, latest);
      if (most > Math.max(Date.now(), this.#until.peek(key) ?? 0)) this.#until.set(key, most);
    }
  }
}
