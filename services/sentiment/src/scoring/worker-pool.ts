import { setTimeout as sleep } from "node:timers/promises";
import { pad } from "@undertone/models";
import { Culprits } from "./culprits.ts";
import type { ScoringEvents } from "./events.ts";
import type { Item } from "./item.ts";
import type { Queue } from "./queue.ts";
import { Refusal } from "./refusal.ts";
import { InferenceThread, type Inferred, type Opened, type ThreadData } from "./thread.ts";
import type { Throughput } from "./throughput.ts";
import { tokensOf } from "./waiting.ts";

/** Between two tries to open a worker that does not come up. */
const REOPEN_MS = 1_000;

export interface PoolOptions extends ThreadData {
  workers: number;
  workerTimeoutMs: number; // for one batch
  program?: string; // URL of the TypeScript file a thread runs; tests bring one that dies
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
 * items are tried once more, alone, by another.
 */
export class WorkerPool {
  readonly opened: Opened;
  readonly #parts: PoolParts;
  readonly #workerTimeoutMs: number;
  readonly #open: () => Promise<InferenceThread>;
  readonly #culprits = new Culprits();
  readonly #loops: Promise<void>[];
  #up: number;
  #closed = false;

  private constructor(
    parts: PoolParts,
    workerTimeoutMs: number,
    threads: InferenceThread[],
    open: () => Promise<InferenceThread>,
  ) {
    this.#parts = parts;
    this.#workerTimeoutMs = workerTimeoutMs;
    this.#open = open;
    this.opened = threads[0]!.opened;
    this.#up = threads.length;
    this.#loops = threads.map((thread) => this.#work(thread));
  }

  static async start(parts: PoolParts, options: PoolOptions): Promise<WorkerPool> {
    const { graphs, provider, program = new URL("./worker.ts", import.meta.url).href } = options;
    const first = await InferenceThread.start(program, { graphs, provider });
    // The first worker decides what `auto` means; the others and every replacement follow it, and need its graph alone.
    const data = graphInUse(graphs, first.opened);
    const open = () => InferenceThread.start(program, data);
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

  async #work(first: InferenceThread): Promise<void> {
    let thread: InferenceThread | undefined = first;
    let settled: Promise<void> | undefined; // the latest batch's
    thread.onEnd(() => this.#parts.queue.wake());
    while (thread !== undefined && !this.#closed) {
      // One that died of itself, between two batches, has no text to blame.
      const items = thread.alive ? this.#takeScorable() : undefined;
      if (items === undefined) {
        thread = await this.#replace(thread);
        thread?.onEnd(() => this.#parts.queue.wake());
      } else if (items.length === 0) await this.#parts.queue.arrival();
      else {
        const { inferred, nearlyDone } = thread.run(pad(items.map(({ ids }) => ids)), this.#workerTimeoutMs);
        settled = this.#settle(items, inferred);
        await nearlyDone;
      }
    }
    await settled;
    await thread?.stop();
  }

  #takeScorable(): Item[] {
    for (;;) {
      const items = this.#parts.queue.take();
      const scorable = items.filter((item) => !this.#culprits.has(item));
      for (const item of items) if (this.#culprits.has(item)) item.settle(unscorable());
      if (scorable.length > 0 || items.length === 0) return scorable;
    }
  }

  /** Hands the items what was inferred; where that failed, they are tried again or their own error. */
  async #settle(items: readonly Item[], inferred: Promise<Inferred>): Promise<void> {
    const { throughput, events, queue } = this.#parts;
    const tokens = tokensOf(items);
    throughput.begin(tokens);
    events.emit("batch", { rows: items.length, tokens });
    try {
      const outputs = await inferred;
      settle(items, outputs);
      throughput.end(tokens, outputs.inferMs);
    } catch {
      throughput.end(tokens);
      for (const item of items) this.#retryOrRemember(item);
      queue.wake(); // its loop may wait for an arrival, and has a worker to replace
    }
  }

  /** Waits until a new worker is up, however long; nothing once the pool is closed. */
  async #replace(thread: InferenceThread): Promise<InferenceThread | undefined> {
    // Not awaited: a thread that hangs in native code does not end, and its successor need not wait for that.
    void thread.stop();
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

  #retryOrRemember(item: Item): void {
    if (!item.retried) {
      this.#parts.queue.retry(item);
      return;
    }
    this.#culprits.add(item);
    item.settle(unscorable());
  }
}

function graphInUse(graphs: ThreadData["graphs"], { provider, precision }: Opened): ThreadData {
  return { graphs: { [precision]: graphs[precision] }, provider };
}

function unscorable(): Refusal {
  return new Refusal("unscorable_text", "The text was tried twice, and scoring it failed both times.");
}

/** Hands each item its row of logits float32 [batch, 2], and of stars float32 [batch] where there are some. */
function settle(items: readonly Item[], { logits, stars, inferMs }: Inferred): void {
  const begun = performance.now() - inferMs;
  items.forEach((item, row) => {
    const pair = [logits[2 * row]!, logits[2 * row + 1]!] as const;
    item.settle({
      logits: pair,
      ...(stars && { stars: stars[row]! }),
      queueMs: begun - item.arrival,
      inferMs,
    });
  });
}
