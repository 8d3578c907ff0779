import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { pad } from "@undertone/models";
import { tokensOf } from "./pending-request.ts";
import { Quarantine } from "./quarantine.ts";
import type { Queue } from "./queue.ts";
import type { QueuedText } from "./queued-text.ts";
import { Refusal } from "./refusal.ts";
import type { Throughput } from "./throughput.ts";
import { type Inferred, type Opened, WorkerHandle, type WorkerSetup } from "./worker-handle.ts";

/** The events of the engine, for metrics. */
export class ScoringEvents extends EventEmitter<{
  /** A worker takes a batch: its rows, and their tokens without padding. */
  batch: [{ rows: number; tokens: number }];
  /** A failed worker was replaced. */
  restart: [];
}> {}

/** Pause between two attempts to start a worker. */
const REOPEN_MS = 1_000;

export interface PoolOptions extends WorkerSetup {
  workers: number;
  workerTimeoutMs: number; // for one batch
  program?: string; // URL of the TypeScript file that a worker runs; tests replace it
}

interface PoolParts {
  queue: Queue;
  throughput: Throughput;
  events: ScoringEvents;
}

/**
 * Each worker has one loop: take a batch, infer, deliver the results. A worker gets its next batch when it infers the
 * last row of the current one, so that it never waits. Batches form while all workers are busy; no timer is
 * needed, because an idle worker takes whatever the queue holds. A worker that fails is replaced, and each of
 * its texts is tried once more, alone, by another worker.
 */
export class WorkerPool {
  readonly opened: Opened;
  readonly #parts: PoolParts;
  readonly #workerTimeoutMs: number;
  readonly #open: () => Promise<WorkerHandle>;
  readonly #quarantine = new Quarantine();
  readonly #loops: Promise<void>[];
  #up: number;
  #closed = false;

  private constructor(
    parts: PoolParts,
    workerTimeoutMs: number,
    workers: WorkerHandle[],
    open: () => Promise<WorkerHandle>,
  ) {
    this.#parts = parts;
    this.#workerTimeoutMs = workerTimeoutMs;
    this.#open = open;
    this.opened = workers[0]!.opened;
    this.#up = workers.length;
    this.#loops = workers.map((worker) => this.#work(worker));
  }

  static async start(parts: PoolParts, options: PoolOptions): Promise<WorkerPool> {
    const { graph, provider, program = new URL("./worker.ts", import.meta.url).href } = options;
    const first = await WorkerHandle.start(program, { graph, provider });
    // The first worker resolves `auto`. The others and every replacement use the same provider.
    const open = () => WorkerHandle.start(program, { graph, provider: first.opened.provider });
    const others = await Promise.all(Array.from({ length: options.workers - 1 }, open));
    return new WorkerPool(parts, options.workerTimeoutMs, [first, ...others], open);
  }

  /** The number of workers that can take a batch. */
  get up(): number {
    return this.#up;
  }

  /** Stops the workers after their current batches. The queue must be closed before. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#loops);
  }

  async #work(first: WorkerHandle): Promise<void> {
    let worker: WorkerHandle | undefined = first;
    worker.onEnd(() => this.#parts.queue.wake());
    while (worker !== undefined && !this.#closed) {
      // A worker that died between two batches held no text, so no text is retried.
      const texts = worker.alive ? this.#takeScorable() : undefined;
      if (texts === undefined) {
        worker = await this.#replace(worker);
        worker?.onEnd(() => this.#parts.queue.wake());
      } else if (texts.length === 0) await this.#parts.queue.arrival();
      else {
        const inferred = worker.run(pad(texts.map(({ ids }) => ids)), this.#workerTimeoutMs);
        await this.#deliver(texts, inferred);
      }
    }
    await worker?.stop();
  }

  #takeScorable(): QueuedText[] {
    for (;;) {
      const texts = this.#parts.queue.take();
      const scorable = texts.filter((text) => !this.#quarantine.has(text));
      for (const text of texts) if (this.#quarantine.has(text)) text.settle(unscorable());
      if (scorable.length > 0 || texts.length === 0) return scorable;
    }
  }

  /** Gives each text its result. After a failure each text is retried or refused. */
  async #deliver(texts: readonly QueuedText[], inferred: Promise<Inferred>): Promise<void> {
    const { throughput, events, queue } = this.#parts;
    const tokens = tokensOf(texts);
    throughput.begin(tokens);
    events.emit("batch", { rows: texts.length, tokens });
    try {
      const outputs = await inferred;
      resolveRows(texts, outputs);
      throughput.end(tokens, outputs.inferMs);
    } catch {
      throughput.end(tokens);
      for (const text of texts) this.#retryOrQuarantine(text);
      queue.wake(); // the loop may wait for an arrival while its worker must be replaced
    }
  }

  /** Starts a new worker, with retries until one is up; returns undefined once the pool is closed. */
  async #replace(worker: WorkerHandle): Promise<WorkerHandle | undefined> {
    // Not awaited: a worker that hangs in native code may never end, and its successor must not wait for it.
    void worker.stop();
    this.#up -= 1;
    while (!this.#closed) {
      try {
        const fresh = await this.#open();
        this.#up += 1;
        this.#parts.events.emit("restart");
        return fresh;
      } catch {
        await sleep(REOPEN_MS, undefined, { ref: false });
      }
    }
    return undefined;
  }

  #retryOrQuarantine(text: QueuedText): void {
    if (!text.retried) {
      this.#parts.queue.retry(text);
      return;
    }
    this.#quarantine.add(text);
    text.settle(unscorable());
  }
}

function unscorable(): Refusal {
  return new Refusal("unscorable_text", "Scoring the text failed twice.");
}

/** Gives each text its row of logits, float32 [batch, 2], and of stars, float32 [batch], if the graph has them. */
function resolveRows(texts: readonly QueuedText[], { logits, stars, inferMs }: Inferred): void {
  const begun = performance.now() - inferMs;
  texts.forEach((text, row) => {
    const pair = [logits[2 * row]!, logits[2 * row + 1]!] as const;
    text.settle({
      logits: pair,
      ...(stars && { stars: stars[row]! }),
      queueMs: begun - text.arrival,
      inferMs,
    });
  });
}
