import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SHORT } from "./form.ts";

export const MIB = 2 ** 20;
/** Garbage of the warm-up is collected in this time. */
const SETTLE_MS = 4_000;
/** How long the memory may take to come back. */
const RECOVERY_MS = SHORT ? 1_000 : 5_000;
/** The goal, whose result is printed. */
const GROWTH = 1.2;
/**
 * What the process may hold after any attack: well below the limit at which the container is
 * killed.
 */
const MAX_BYTES = 0.85 * 768 * MIB;

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
    while (this.#now() > GROWTH * this.before && performance.now() - begun < RECOVERY_MS) await sleep(100);
    const after = this.#now();
    const [from, peak, to] = [this.before, most, after].map((bytes) => (bytes / MIB).toFixed(0));
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    const share = after <= GROWTH * this.before ? "within" : "NOT within";
    const words = `resident ${from} MiB, then ${peak} MiB, ${to} MiB after ${seconds} s, ${share} a fifth`;
    return { recovered: after <= MAX_BYTES, words };
  }

  #now(): number {
    const status = readFileSync(`/proc/${this.#pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024;
  }
}
