import { setTimeout as sleep } from "node:timers/promises";
import { pad } from "@undertone/models";
import type { ScoringEvents } from "./events.ts";
import { tokensOf } from "./pending-request.ts";
import { Quarantine } from "./quarantine.ts";
import type { Queue } from "./queue.ts";
import type { QueuedText } from "./queued-text.ts";
import { Refusal } from "./refusal.ts";
import type { Throughput } from "./throughput.ts";
import { type Inferred, type Opened, WorkerHandle, type WorkerSetup } from "./worker-handle.ts";

/** Between two tries to open a worker that does not come up. */
const REOPEN_MS = 1_000;

export interface PoolOptions extends WorkerSetup {
  workers: number;
  workerTimeoutMs: number; // for one batch
  program?: string; // URL of the TypeScript file a worker runs; tests bring one that dies
}

interface PoolParts {
  queue: Queue;
  throughput: Throughput;
  events: ScoringEvents;
}

/**
 * One loop a worker: take a batch, infer, settle, again; the next batch is given when the last row of this one is being
 * inferred, so that the worker need not wait for it. Batches form while the workers are busy, so there is
 * no timer: an idle worker takes at once whatever is there. A worker that fails in any way is replaced, and its
 * texts are tried once more, alone, by another.
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
    const { graphs, provider, program = new URL("./worker.ts", import.meta.url).href } = options;
    const first = await WorkerHandle.start(program, { graphs, provider });
    // The first worker decides what `auto` means; the others and every replacement follow it, and need its graph alone.
    const data = graphInUse(graphs, first.opened);
    const open = () => WorkerHandle.start(program, data);
    const others = await Promise.all(Array.from({ length: options.workers - 1 }, open));
    return new WorkerPool(parts, options.workerTimeoutMs, [first, ...others], open);
  }

  /** Workers that take batches now. */
  get up(): number {
    return this.#up;
  }

  /** Ends the workers; the queue must be closed. What a worker holds is finished first. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#loops);
  }

  async #work(first: WorkerHandle): Promise<void> {
    let worker: WorkerHandle | undefined = first;
    let settled: Promise<void> | undefined; // the latest batch's
    worker.onEnd(() => this.#parts.queue.wake());
    while (worker !== undefined && !this.#closed) {
      // One that died of itself, between two batches, has no text to blame.
      const texts = worker.alive ? this.#takeScorable() : undefined;
      if (texts === undefined) {
        worker = await this.#replace(worker);
        worker?.onEnd(() => this.#parts.queue.wake());
      } else if (texts.length === 0) await this.#parts.queue.arrival();
      else {
        const { inferred, nearlyDone } = worker.run(pad(texts.map(({ ids }) => ids)), this.#workerTimeoutMs);
        settled = this.#settle(texts, inferred);
        await nearlyDone;
      }
    }
    await settled;
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

  /** Hands the texts what was inferred; where that failed, they are tried again or their own error. */
  async #settle(texts: readonly QueuedText[], inferred: Promise<Inferred>): Promise<void> {
    const { throughput, events, queue } = this.#parts;
    const tokens = tokensOf(texts);
    throughput.begin(tokens);
    events.emit("batch", { rows: texts.length, tokens });
    try {
      const outputs = await inferred;
      settle(texts, outputs);
      throughput.end(tokens, outputs.inferMs);
    } catch {
      throughput.end(tokens);
      for (const text of texts) this.#retryOrRemember(text);
      queue.wake(); // its loop may wait for an arrival, and has a worker to replace
    }
  }

  /** Waits until a new worker is up, however long; nothing once the pool is closed. */
  async #replace(worker: WorkerHandle): Promise<WorkerHandle | undefined> {
    // Not awaited: a worker that hangs in native code does not end, and its successor need not wait for that.
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

  #retryOrRemember(text: QueuedText): void {
    if (!text.retried) {
      this.#parts.queue.retry(text);
      return;
    }
    this.#quarantine.add(text);
    text.settle(unscorable());
  }
}

function graphInUse(graphs: WorkerSetup["graphs"], { provider, precision }: Opened): WorkerSetup {
  return { graphs: { [precision]: graphs[precision] }, provider };
}

function unscorable(): Refusal {
  return new Refusal("unscorable_text", "The text was tried twice, and scoring it failed both times.");
}

/** Hands each text its row of logits float32 [batch, 2], and of stars float32 [batch] where there are some. */
function settle(texts: readonly QueuedText[], { logits, stars, inferMs }: Inferred): void {
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
