import { createHash } from "node:crypto";
import type { Refusal } from "./refusal.ts";

/** What a worker found out about one text. */
export interface Inference {
  logits: readonly [number, number];
  stars?: number;
  queueMs: number;
  inferMs: number;
}

/** One encoded text on its way to a worker. */
export class QueuedText {
  readonly ids: Int32Array; // [time]
  readonly signal: AbortSignal | undefined; // aborted: nobody waits for the answer any more
  readonly arrival = performance.now();
  readonly inference: Promise<Inference | Refusal>;
  settle!: (inference: Inference | Refusal) => void;
  retried = false;
  #key: string | undefined;

  constructor(ids: Int32Array, signal: AbortSignal | undefined) {
    this.ids = ids;
    this.signal = signal;
    this.inference = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** The same for the same ids: sha256, base64. */
  get key(): string {
    this.#key ??= createHash("sha256").update(this.ids).digest("base64");
    return this.#key;
  }
}
