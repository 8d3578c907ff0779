import { createHash } from "node:crypto";
import type { Refusal } from "./refusal.ts";

/** The result of a worker for one text. */
export interface Inference {
  logits: readonly [number, number];
  stars?: number;
  queueMs: number;
  inferMs: number;
}

/** One encoded text on its way to a worker. */
export class QueuedText {
  readonly ids: Int32Array; // [time]
  readonly signal: AbortSignal | undefined; // aborted when the client no longer needs the result
  readonly arrival = performance.now();
  readonly inference: Promise<Inference | Refusal>;
  settle!: (inference: Inference | Refusal) => void;
  retried = false;
  suspect = false; // it was under way when a process died
  quarantineKey: string | undefined; // of the model and the ids
  #key: string | undefined;

  constructor(ids: Int32Array, signal: AbortSignal | undefined) {
    this.ids = ids;
    this.signal = signal;
    this.inference = new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  /** SHA-256 of the ids in base64: equal texts have equal keys. */
  get key(): string {
    this.#key ??= createHash("sha256").update(this.ids).digest("base64");
    return this.#key;
  }
}
