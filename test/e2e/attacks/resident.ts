import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { ALLOCATOR } from "./form.ts";

export const MIB = 2 ** 20;
/** Garbage of the warm-up is collected in this time. */
const SETTLE_MS = 4_000;
/** How long the memory may take to come back. */
const RECOVERY_MS = 15_000;
const GROWTH = 1.2;
/** glibc keeps what was freed. With it the process must stay well within the container's 768 MiB. */
const MOST_WITH_GLIBC = 0.75 * 768 * MIB;

/** What a process holds of the machine's memory (Linux). */
export class Resident {
  readonly before: number;
  readonly #pid: number;

  private constructor(pid: number) {
    this.#pid = pid;
    this.before = this.#now();
  }

  /** Of a process that has done its usual work. */
  static async of(pid: number): Promise<Resident> {
    await sleep(SETTLE_MS);
    return new Resident(pid);
  }

  /** Waits until the memory is back. */
  async recovery(): Promise<{ recovered: boolean; words: string }> {
    const begun = performance.now();
    const most = this.#now();
    const limit = "LD_PRELOAD" in ALLOCATOR ? GROWTH * this.before : MOST_WITH_GLIBC;
    while (this.#now() > limit && performance.now() - begun < RECOVERY_MS) await sleep(100);
    const after = this.#now();
    const [from, peak, to] = [this.before, most, after].map((bytes) => (bytes / MIB).toFixed(0));
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    return { recovered: after <= limit, words: `resident ${from}, ${peak}, ${to} MiB after ${seconds} s` };
  }

  #now(): number {
    const status = readFileSync(`/proc/${this.#pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024;
  }
}
