import { createHash } from "node:crypto";
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { pad } from "@undertone/models";
import { tokensOf } from "./pending-request.ts";
import type { Quarantine } from "./quarantine.ts";
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
  model: string; // SHA-256 of the graph: a text may be poison for one model only
  program?: string; // URL of the TypeScript file that a worker runs; tests replace it
}

interface PoolParts {
  queue: Queue;
  throughput: Throughput;
  events: ScoringEvents;
}

/**
 * Each worker has one loop: take a batch, infer, deliver the results. While it infers, it is given
 * one more batch if a full one waits, so that under load it never waits for the event loop. Batches
 * form while all workers are busy; no timer is needed, because an idle worker takes whatever the
 * queue holds. A worker that fails is replaced, and each of its texts is tried once more, alone, by
 * another worker.
 */
export class WorkerPool {
  readonly opened: Opened;
  readonly #parts: PoolParts;
  readonly #workerTimeoutMs: number;
  readonly #open: () => Promise<WorkerHandle>;
  readonly #model: string;
  #quarantine: Quarantine | undefined;
  readonly #loops: Promise<void>[];
  #up: number;
  #closed = false;

  private constructor(
    parts: PoolParts,
    { workerTimeoutMs, model }: PoolOptions,
    workers: WorkerHandle[],
    open: () => Promise<WorkerHandle>,
  ) {
    this.#parts = parts;
    this.#workerTimeoutMs = workerTimeoutMs;
    this.#model = model;
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
    return new WorkerPool(parts, options, [first, ...others], open);
  }

  /** The number of workers that can take a batch. */
  get up(): number {
    return this.#up;
  }

  /**
   * Starts to refuse poison texts. The golden texts are scored before: they must not be quarantined
   * because a slow machine exceeded a worker's time limit.
   */
  refusePoison(quarantine: Quarantine): void {
    this.#quarantine = quarantine;
  }

  /** Stops the workers after their current batches. The queue must be closed before. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#loops);
  }

  async #work(first: WorkerHandle): Promise<void> {
    let worker: WorkerHandle | undefined = first;
    while (worker !== undefined && !this.#closed) {
      await this.#feed(worker);
      if (!this.#closed) worker = await this.#replace(worker);
    }
    await worker?.stop();
  }

  /** Gives batches to a worker until it dies or the pool closes. */
  async #feed(worker: WorkerHandle): Promise<void> {
    const { queue } = this.#parts;
    worker.onEnd(() => queue.wake());
    const held = new Set<Promise<void>>();
    let alone = false; // a retried text may be poison, so no other batch is with it
    while (worker.alive && !this.#closed) {
      const texts = held.size === 0 ? this.#takeScorable(() => queue.take()) : [];
      if (held.size === 1 && !alone) texts.push(...this.#takeScorable(() => queue.takeAhead()));
      if (texts.length > 0) {
        alone = texts[0]!.retried;
        const quarantine = this.#quarantine?.isIdle === false ? this.#quarantine : undefined;
        const end = quarantine?.begin(texts.map((text) => this.#keyOf(text)));
        const delivered = this.#deliver(
          texts,
          end,
          worker.run(pad(texts.map(({ ids }) => ids)), this.#workerTimeoutMs),
        );
        held.add(delivered);
        void delivered.then(() => held.delete(delivered));
      } else if (held.size === 0 || (held.size === 1 && !alone))
        await Promise.race([...held, queue.arrival()]);
      else await Promise.race(held);
    }
    await Promise.all(held);
  }

  #takeScorable(take: () => QueuedText[]): QueuedText[] {
    for (;;) {
      const texts = take();
      const scorable: QueuedText[] = [];
      for (const text of texts) {
        const state = this.#stateOf(text);
        if (state === "poison") text.settle(unscorable());
        else if (state === "suspect" && !text.retried) {
          text.suspect = true;
          this.#parts.queue.retry(text); // alone
        } else scorable.push(text);
      }
      if (scorable.length > 0 || texts.length === 0) return scorable;
    }
  }

  /** Gives each text its result. After a failure each text is retried or refused. */
  async #deliver(
    texts: readonly QueuedText[],
    end: ((scored: readonly string[]) => void) | undefined,
    inferred: Promise<Inferred>,
  ): Promise<void> {
    const { throughput, events, queue } = this.#parts;
    const tokens = tokensOf(texts);
    throughput.begin(tokens);
    events.emit("batch", { rows: texts.length, tokens });
    try {
      const outputs = await inferred;
      end?.(texts.map((text) => this.#keyOf(text)));
      resolveRows(texts, outputs);
      throughput.end(tokens, outputs.inferMs);
    } catch {
      end?.([]);
      throughput.end(tokens);
      for (const text of texts) this.#retryOrQuarantine(text);
      queue.wake(); // the loop may wait for an arrival while its worker must be replaced
    }
  }

  /**
   * Starts a new worker, with retries until one is up; returns undefined once the pool is closed.
   */
  async #replace(worker: WorkerHandle): Promise<WorkerHandle | undefined> {
    // Not awaited: a worker that hangs in native code may never end, and its successor must not
    // wait for it.
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
    this.#quarantine?.add(this.#keyOf(text));
    text.settle(unscorable());
  }

  #stateOf(text: QueuedText): "poison" | "suspect" | undefined {
    const quarantine = this.#quarantine;
    if (quarantine === undefined || quarantine.isIdle) return undefined;
    const key = this.#keyOf(text);
    if (quarantine.has(key)) return "poison";
    return quarantine.isSuspect(key) ? "suspect" : undefined;
  }

  /** The text's key in the quarantine, computed once. */
  #keyOf(text: QueuedText): string {
    text.quarantineKey ??= createHash("sha256").update(this.#model).update(text.ids).digest("base64");
    return text.quarantineKey;
  }
}

function unscorable(): Refusal {
  return new Refusal("unscorable_text", "Scoring the text failed twice.");
}

/**
 * Gives each text its row of logits, float32 [batch, 2], and of stars, float32 [batch], if the
 * graph has them.
 */
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
