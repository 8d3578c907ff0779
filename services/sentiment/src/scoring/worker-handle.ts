import type { Worker } from "node:worker_threads";
import { openThread } from "@undertone/base/thread";
import type { Artifact, Padded } from "@undertone/models";

export type Provider = "cpu" | "cuda";
export interface WorkerSetup {
  /** The worker drops it once its session has a copy. */
  graph: Artifact["graphBytes"] | undefined;
  provider: Provider | "auto";
}
/**
 * The outputs of the graph: logits float32 [batch, 2], and stars float32 [batch] if the model
 * estimates them.
 */
export type Outputs = { logits: Float32Array; stars?: Float32Array };
export type Inferred = Outputs & { inferMs: number };
/** The execution provider that a worker uses. */
export interface Opened {
  provider: Provider;
}
export type WorkerMessage = Opened | Inferred | { error: string };

/** Limit for loading the program and opening the session. */
const START_LIMIT_MS = 30_000;
/** The JavaScript heap of a worker. Graphs and tensors are outside it, so it makes little garbage. */
const HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 1 };

/**
 * The parent side of a worker thread with one session. Batches run in order; a failure rejects
 * every batch it holds.
 */
export class WorkerHandle {
  readonly opened: Opened;
  readonly #worker: Worker;
  #alive = true;
  readonly #pending: Pending[] = []; // the first is being inferred
  #timer: NodeJS.Timeout | undefined;

  private constructor(worker: Worker, opened: Opened) {
    this.#worker = worker;
    this.opened = opened;
    worker.on("message", (message: WorkerMessage) => this.#receive(message));
    // The exit event follows an uncaught error and rejects the batches.
    worker.on("error", () => {});
    worker.on("exit", () => this.#fail("the worker thread died"));
  }

  /** Rejects with the reason when the session cannot be opened. */
  static start(program: string, data: WorkerSetup): Promise<WorkerHandle> {
    const worker = openThread(program, data, HEAP);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => worker.terminate(), START_LIMIT_MS);
      worker.once("exit", () => clearTimeout(timer));
      worker.once("message", (opened: Opened) => {
        clearTimeout(timer);
        resolve(new WorkerHandle(worker, opened));
      });
      worker.once("error", reject);
      worker.once("exit", (code) => reject(new Error(`the worker thread ended with exit code ${code}`)));
    });
  }

  /** Calls the listener once when the thread ends for any reason. */
  onEnd(listener: () => void): void {
    this.#worker.once("exit", listener);
  }

  get alive(): boolean {
    return this.#alive;
  }

  /**
   * Sends a batch: ids int32 [batch, time] and lengths int32 [batch] are transferred, so the caller
   * loses them. Rejects when the worker dies, fails, or does not answer within the limit, which
   * runs from the end of the batch before.
   */
  run(batch: Padded, limitMs: number): Promise<Inferred> {
    return new Promise<Inferred>((resolve, reject) => {
      if (!this.#alive) return reject(new Error("the worker thread is dead"));
      this.#pending.push({ rows: batch.batch, limitMs, resolve, reject });
      if (this.#pending.length === 1) this.#startTimer();
      this.#worker.postMessage(batch, [batch.ids.buffer, batch.lengths.buffer] as ArrayBuffer[]);
    });
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }

  #receive(message: WorkerMessage): void {
    if ("error" in message) this.#fail(message.error);
    else if ("logits" in message) this.#finish(message);
  }

  #finish(inferred: Inferred): void {
    const [done] = this.#pending;
    if (done === undefined) return;
    if (!fits(inferred, done.rows)) {
      this.#fail("the graph answered with another shape, or values that are not finite");
      return;
    }
    this.#pending.shift();
    this.#startTimer();
    done.resolve(inferred);
  }

  /** Limits the time of the batch that the worker infers now. */
  #startTimer(): void {
    clearTimeout(this.#timer);
    const [first] = this.#pending;
    if (first === undefined) return;
    this.#timer = setTimeout(() => this.#fail(`no answer within ${first.limitMs} ms`), first.limitMs);
  }

  #fail(reason: string): void {
    this.#alive = false;
    clearTimeout(this.#timer);
    for (const { reject } of this.#pending.splice(0)) reject(new Error(reason));
  }
}

interface Pending {
  rows: number;
  limitMs: number;
  resolve: (inferred: Inferred) => void;
  reject: (error: Error) => void;
}

/** Checks the shapes, logits [rows, 2] and stars [rows], and that every value is finite. */
function fits({ logits, stars }: Outputs, rows: number): boolean {
  const whole = (values: Float32Array, length: number) =>
    values.length === length && values.every(Number.isFinite);
  return whole(logits, 2 * rows) && (stars === undefined || whole(stars, rows));
}
