import { pad } from "@undertone/models";
import type { Item } from "./item.ts";
import type { Queue } from "./queue.ts";
import { Refusal } from "./refusal.ts";
import { InferenceThread, type Inferred, type Opened, type ThreadData } from "./thread.ts";

export interface PoolOptions extends ThreadData {
  workers: number;
  program?: string; // URL of the TypeScript file a thread runs; tests bring one that dies
}

/**
 * One loop a worker: take a batch, infer, settle, again. Batches form while the workers are busy, so there is
 * no timer: an idle worker takes at once whatever is there.
 */
export class WorkerPool {
  readonly opened: Opened;
  readonly #queue: Queue;
  readonly #open: () => Promise<InferenceThread>;
  readonly #loops: Promise<void>[];
  readonly #threads = new Set<InferenceThread>();
  #closed = false;

  private constructor(queue: Queue, threads: InferenceThread[], open: () => Promise<InferenceThread>) {
    this.#queue = queue;
    this.#open = open;
    this.opened = threads[0]!.opened;
    this.#loops = threads.map((thread) => this.#work(thread));
  }

  static async start(queue: Queue, options: PoolOptions): Promise<WorkerPool> {
    const { graphs, provider, program = new URL("./worker.ts", import.meta.url).href } = options;
    const first = await InferenceThread.start(program, { graphs, provider });
    // The first worker decides what `auto` means; the others and every replacement follow it.
    const open = () => InferenceThread.start(program, { graphs, provider: first.opened.provider });
    const others = await Promise.all(Array.from({ length: options.workers - 1 }, open));
    return new WorkerPool(queue, [first, ...others], open);
  }

  /** Ends the workers; the queue must be closed. What a worker holds is finished first. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#loops);
  }

  async #work(thread: InferenceThread): Promise<void> {
    this.#threads.add(thread);
    while (!this.#closed) {
      const items = this.#queue.take();
      if (items.length === 0) {
        await this.#queue.arrival();
        continue;
      }
      const taken = performance.now();
      try {
        settle(items, taken, await thread.run(pad(items.map(({ ids }) => ids))));
      } catch {
        for (const item of items) this.#retryOrFail(item);
      }
      if (thread.alive) continue;
      this.#threads.delete(thread);
      try {
        thread = await this.#open();
        this.#threads.add(thread);
      } catch {
        if (this.#threads.size === 0)
          this.#queue.close(new Refusal("internal", "No worker is left to score."));
        return;
      }
    }
    await thread.stop();
  }

  #retryOrFail(item: Item): void {
    if (item.retried)
      item.settle(new Refusal("internal", "The text could not be scored; the fault is ours."));
    else this.#queue.retry(item);
  }
}

/** Hands each item its row of logits float32 [batch, 2]. */
function settle(items: readonly Item[], taken: number, { logits, inferMs }: Inferred): void {
  if (logits.length !== 2 * items.length || !logits.every(Number.isFinite)) {
    throw new Error("the graph answered with logits of another shape, or not finite");
  }
  items.forEach((item, row) => {
    const pair = [logits[2 * row]!, logits[2 * row + 1]!] as const;
    item.settle({ logits: pair, queueMs: taken - item.arrival, inferMs });
  });
}
