import type { Worker } from "node:worker_threads";
import { openThread } from "@undertone/base";
import type { Artifact, Padded } from "@undertone/models";

export type Provider = "cpu" | "cuda";
export type Precision = "float32" | "int8";
export interface ThreadData {
  graphs: Artifact["graphs"];
  provider: Provider | "auto";
}
export type Inferred = { logits: Float32Array; inferMs: number }; // logits [batch, 2]
/** What a thread runs, and where. */
export interface Opened {
  provider: Provider;
  precision: Precision;
}
export type ThreadMessage = Opened | Inferred | { error: string };

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
    const worker = openThread(program, data);
    return new Promise((resolve, reject) => {
      worker.once("message", (opened: Opened) => {
        resolve(new InferenceThread(worker, opened));
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the worker thread ended with exit code ${code}`)));
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** ids int32 [batch, time] and lengths int32 [batch] move to the thread and are gone here. */
  run(batch: Padded): Promise<Inferred> {
    return new Promise((resolve, reject) => {
      if (!this.#alive) return reject(new Error("the worker thread is dead"));
      this.#pending = { resolve, reject };
      this.#worker.postMessage(batch, [batch.ids.buffer, batch.lengths.buffer] as ArrayBuffer[]);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #settle(message: ThreadMessage): void {
    const pending = this.#pending;
    this.#pending = undefined;
    if ("logits" in message) pending?.resolve(message);
    else if ("error" in message) pending?.reject(new Error(message.error));
  }
}

interface Pending {
  resolve: (inferred: Inferred) => void;
  reject: (error: Error) => void;
}
