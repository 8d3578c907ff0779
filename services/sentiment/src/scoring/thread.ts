import type { Worker } from "node:worker_threads";
import { openThread } from "@undertone/base";
import type { Artifact, Padded } from "@undertone/models";

export type Provider = "cpu" | "cuda";
export type Precision = "float32" | "int8";
export interface ThreadData {
  graphs: Artifact["graphBytes"];
  provider: Provider | "auto";
}
/** What the graph gives: logits float32 [batch, 2]; stars float32 [batch] where the model estimates them. */
export type Outputs = { logits: Float32Array; stars?: Float32Array };
export type Inferred = Outputs & { inferMs: number };
/** What a thread runs, and where. */
export interface Opened {
  provider: Provider;
  precision: Precision;
}
export type ThreadMessage = Opened | Inferred | { error: string };

/** Reading the program and opening the session; a thread that needs longer will not come up. */
const START_LIMIT_MS = 30_000;
/** The JavaScript heap of a thread; graphs and tensors lie outside it. */
const HEAP_MB = 256;

/** One worker thread with one session. It runs one batch at a time. */
export class InferenceThread {
  readonly opened: Opened;
  readonly #worker: Worker;
  #alive = true;
  #pending: Pending | undefined;

  private constructor(worker: Worker, opened: Opened) {
    this.#worker = worker;
    this.opened = opened;
    worker.on("message", (message: ThreadMessage) => this.#settle(message));
    // An uncaught error is followed by the exit, which settles the batch.
    worker.on("error", () => {});
    worker.on("exit", () => {
      this.#alive = false;
      this.#settle({ error: "the worker thread died" });
    });
  }

  /** Rejects with the reason when the session cannot be opened. */
  static start(program: string, data: ThreadData): Promise<InferenceThread> {
    const worker = openThread(program, data, { maxOldGenerationSizeMb: HEAP_MB });
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => worker.terminate(), START_LIMIT_MS);
      worker.once("exit", () => clearTimeout(timer));
      worker.once("message", (opened: Opened) => {
        clearTimeout(timer);
        resolve(new InferenceThread(worker, opened));
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the worker thread ended with exit code ${code}`)));
    });
  }

  /** Called once when the thread ends, whatever ended it. */
  onEnd(listener: () => void): void {
    this.#worker.once("exit", listener);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /**
   * ids int32 [batch, time] and lengths int32 [batch] move to the thread and are gone here. Rejects when the thread
   * dies, fails, or has not answered within the limit.
   */
  run(batch: Padded, limitMs: number): Promise<Inferred> {
    return new Promise((resolve, reject) => {
      if (!this.#alive) return reject(new Error("the worker thread is dead"));
      const timer = setTimeout(() => this.#settle({ error: `no answer within ${limitMs} ms` }), limitMs);
      this.#pending = { resolve, reject, timer };
      this.#worker.postMessage(batch, [batch.ids.buffer, batch.lengths.buffer] as ArrayBuffer[]);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(message: ThreadMessage): void {
    const pending = this.#pending;
    this.#pending = undefined;
    clearTimeout(pending?.timer);
    if ("logits" in message) pending?.resolve(message);
    else if ("error" in message) pending?.reject(new Error(message.error));
  }
}

interface Pending {
  resolve: (inferred: Inferred) => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}
