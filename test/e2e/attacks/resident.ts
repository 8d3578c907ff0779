import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { SHORT } from "./form.ts";

export const MIB = 2 ** 20;
/** The time for the collection of the warm-up's garbage, in milliseconds. */
const SETTLE_MS = 4_000;
/** The time limit for the memory to be returned, in milliseconds. */
const RECOVERY_MS = SHORT ? 1_000 : 5_000;
/** The goal for the growth. Its result is printed and not asserted. */
const GROWTH = 1.2;
/**
 * The maximum resident memory after any attack, in bytes. It is below the container's limit, at which
 * the container is killed.
 */
const MAX_BYTES = 0.85 * 768 * MIB;

/** The resident memory of a process (Linux). */
export class Resident {
  readonly before: number;
  readonly #pid: number;

  private constructor(pid: number) {
    this.#pid = pid;
    this.before = this.#now();
  }

  /** Starts the measurement of a process that has had its warm-up. */
  static async of(pid: number): Promise<Resident> {
    await sleep(SETTLE_MS);
    return new Resident(pid);
  }

  /** Waits until the memory has been returned. */
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
