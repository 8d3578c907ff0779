import { LRUCache } from "lru-cache";
import { QuarantineFile, type Suspect } from "./quarantine-file.ts";
import { RunningFile } from "./running-file.ts";

/** Keys that are remembered; the least recently used key is forgotten first. */
export const CAPACITY = 10_000;
/** The interval of the checks whether another replica has written the file. */
const POLL_MS = 2_000;

export interface QuarantineOptions {
  quarantineFile: string; // empty: none
  quarantineSeconds: number;
  /** Called with one sentence if the file cannot be used. */
  warn?: (message: string) => void;
}

/**
 * A text that was being scored at this many deaths of the process is poison, whichever texts were
 * scored with it.
 */
const MAX_DEATHS = 3;

/**
 * Poison texts: each made two workers fail, or killed the whole process while it was alone. They are
 * refused for a while, by the hash of the model and of their ids.
 *
 *   under way when a process died ─> suspect: tried alone ─> scored: no suspect any more
 *                                                          └> the process dies again: poison
 *
 * The file keeps both when the process ends, and replicas that share it learn from each other.
 */
export class Quarantine {
  readonly #until = new LRUCache<string, number>({ max: CAPACITY });
  readonly #suspects = new LRUCache<string, Suspect>({ max: CAPACITY });
  readonly #lifetimeMs: number;
  readonly #file: QuarantineFile | undefined;
  readonly #running: RunningFile | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  constructor({ quarantineFile, quarantineSeconds, warn = () => {} }: QuarantineOptions) {
    this.#lifetimeMs = quarantineSeconds * 1_000;
    if (quarantineFile === "") return;
    this.#file = new QuarantineFile(quarantineFile, warn);
    this.#learn();
    this.#timer = setInterval(() => this.#learn(), POLL_MS).unref();
    try {
      for (const keys of RunningFile.takeLeft(quarantineFile, this.#lifetimeMs)) this.#blame(keys);
      this.#running = new RunningFile(quarantineFile, warn);
    } catch (error) {
      warn(`QUARANTINE_FILE: nothing can be written beside ${quarantineFile}: ${(error as Error).message}.`);
    }
  }

  add(key: string): void {
    this.#learn(); // keeps what other replicas wrote
    this.#until.set(key, Date.now() + this.#lifetimeMs);
    this.#suspects.delete(key);
    this.#save();
  }

  has(key: string): boolean {
    return (this.#until.get(key) ?? 0) > Date.now();
  }

  isSuspect(key: string): boolean {
    return (this.#suspects.get(key)?.until ?? 0) > Date.now();
  }

  /** Records the texts of a worker's batch. Returns a function to call with those that were scored. */
  begin(keys: readonly string[]): (scored: readonly string[]) => void {
    const end = this.#running?.begin(keys);
    return (scored) => {
      end?.();
      if (!scored.some((key) => this.#suspects.has(key))) return;
      this.#learn();
      for (const key of scored) this.#suspects.delete(key);
      this.#save();
    };
  }

  /**
   * Whether the keys of texts need not be computed: nothing is quarantined, and without a file the
   * running texts are not recorded either.
   */
  get isIdle(): boolean {
    return this.#until.size === 0 && this.#suspects.size === 0 && this.#running === undefined;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#running?.close();
  }

  /** Suspects the texts that were being scored when a process died: one of them may have killed it. */
  #blame(keys: readonly string[]): void {
    for (const key of keys) {
      const deaths = (this.isSuspect(key) ? this.#suspects.get(key)!.deaths : 0) + 1;
      const until = Date.now() + this.#lifetimeMs;
      if ((deaths > 1 && keys.length === 1) || deaths >= MAX_DEATHS) {
        this.#until.set(key, until);
        this.#suspects.delete(key);
      } else this.#suspects.set(key, { deaths, until });
    }
    if (keys.length > 0) this.#save();
  }

  #save(): void {
    const now = Date.now();
    this.#file?.write({
      entries: Object.fromEntries([...this.#until].filter(([, until]) => until > now)),
      suspects: Object.fromEntries([...this.#suspects].filter(([, { until }]) => until > now)),
    });
  }

  #learn(): void {
    const found = this.#file?.readIfChanged();
    if (found === undefined) return;
    // A file cannot keep a text out for longer than this service would.
    const now = Date.now();
    const latest = now + this.#lifetimeMs;
    for (const [key, until] of Object.entries(found.entries)) {
      const most = Math.min(until, latest);
      if (most > Math.max(now, this.#until.peek(key) ?? 0)) this.#until.set(key, most);
    }
    for (const [key, { deaths, until }] of Object.entries(found.suspects)) {
      if (until > now && deaths > (this.#suspects.peek(key)?.deaths ?? 0))
        this.#suspects.set(key, { deaths, until: Math.min(until, latest) });
    }
  }
}
