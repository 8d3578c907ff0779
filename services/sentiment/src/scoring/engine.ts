import type { Artifact } from "@undertone/models";
import { type EncodedText, encodeAll } from "./encode.ts";
import { type Explained, explain } from "./explain.ts";
import { compareGolden } from "./golden.ts";
import type { Quarantine } from "./quarantine.ts";
import { Queue } from "./queue.ts";
import { QueuedText } from "./queued-text.ts";
import { Refusal } from "./refusal.ts";
import { type Score, type Timings, toScore } from "./score.ts";
import type { ScoreOptions, Unscorable } from "./score-options.ts";
import { Throughput } from "./throughput.ts";
import { TokenEstimate } from "./token-estimate.ts";
import type { Opened } from "./worker-handle.ts";
import { type PoolOptions, type ScoringEvents, WorkerPool } from "./worker-pool.ts";

export interface EngineOptions extends Omit<PoolOptions, "graph" | "model"> {
  maxTextLength: number; // UTF-16 units
  unscorable: Unscorable; // unless a request says otherwise
  maxQueueTokens: number;
  batchTokens: number; // rows x longest row
}

/** The artifact without its graphs: they are large, and only the workers need them. */
export type Model = Omit<Artifact, "graphBytes">;

export interface Scored {
  outcomes: (Score | Refusal)[]; // one per text, in order
  timings: Timings;
  model: { name: string; version: string };
}

/**
 * One model with its queue and its workers:
 *
 *   texts ─ encode ─> queue ─ batch ─> infer (worker threads) ─ softmax ─> scores
 *             │          │
 *          refusal    refusal (the queue takes all texts of a request, or none)
 */
export class Engine {
  readonly artifact: Model;
  readonly #options: EngineOptions;
  readonly #queue: Queue;
  readonly #pool: WorkerPool;
  readonly #tokenEstimate = new TokenEstimate();
  readonly #scoring = new Set<Promise<unknown>>();

  private constructor(artifact: Model, options: EngineOptions, queue: Queue, pool: WorkerPool) {
    this.artifact = artifact;
    this.#options = options;
    this.#queue = queue;
    this.#pool = pool;
  }

  /**
   * Resolves once the model has reproduced its golden scores; rejects with an error of one sentence
   * otherwise.
   */
  static async start(
    artifact: Artifact,
    options: EngineOptions,
    { events, quarantine }: { events: ScoringEvents; quarantine: Quarantine },
  ): Promise<Engine> {
    const throughput = new Throughput(options.workers);
    const queue = new Queue(options, throughput);
    const { graphBytes: graph, ...model } = artifact;
    const { sha256 } = artifact.manifest.files[artifact.manifest.graph]!;
    const pool = await WorkerPool.start({ queue, throughput, events }, { ...options, graph, model: sha256 });
    const engine = new Engine(model, options, queue, pool);
    try {
      const { texts } = artifact.golden;
      const { outcomes } = await engine.score(
        texts.map(({ text }) => text),
        undefined,
        // Golden texts may be longer than the limit of this service, and of words that the model
        // does not know.
        { maxTextLength: Number.POSITIVE_INFINITY, unscorable: "warn" },
      );
      throughput.reset(); // the workers were cold and the texts short
      compareGolden(outcomes, artifact.golden);
      pool.refusePoison(quarantine);
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /**
   * Returns one score or refusal per text, in order. Rejects with a Refusal that concerns all
   * texts: `overloaded` also when the texts cannot be scored by `deadline`, in milliseconds of
   * performance.now(). An aborted `signal` removes the texts that still wait.
   */
  score(
    texts: readonly string[],
    signal?: AbortSignal,
    {
      maxTextLength = this.#options.maxTextLength,
      unscorable = this.#options.unscorable,
      ...options
    }: ScoreOptions & { maxTextLength?: number } = {},
  ): Promise<Scored> {
    return this.#track(this.#score(texts, signal, options, { maxTextLength, unscorable }));
  }

  /** The score of one text with the effect of its parts; see explain. */
  async explain(
    text: string,
    signal?: AbortSignal,
    { unscorable = this.#options.unscorable, ...options }: ScoreOptions = {},
  ): Promise<Explained & Pick<Scored, "model">> {
    const { encoder } = this.artifact;
    const parts = { encoder, queue: this.#queue, maxTextLength: this.#options.maxTextLength, unscorable };
    const explained = await this.#track(explain(text, parts, signal, options));
    return { ...explained, model: this.#model };
  }

  get #model(): Scored["model"] {
    const { name, version } = this.artifact.manifest;
    return { name, version };
  }

  /** Counts a running call, so that `retire` waits for it. */
  #track<T>(scoring: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = scoring.then(
      () => this.#scoring.delete(settled),
      () => this.#scoring.delete(settled),
    );
    this.#scoring.add(settled);
    return scoring;
  }

  async #score(
    texts: readonly string[],
    signal: AbortSignal | undefined,
    { deadline, charge }: Omit<ScoreOptions, "unscorable">,
    limits: { maxTextLength: number; unscorable: Unscorable },
  ): Promise<Scored> {
    const giveBack = this.#queue.reserve(this.#estimate(texts), deadline);
    const { encoded, tokens, encodeMs } = await encodeAll(this.artifact.encoder, texts, {
      ...limits,
      signal,
    }).finally(giveBack);
    this.#tokenEstimate.observe(tokens, charactersOf(texts.slice(0, encoded.length)));
    if (charge !== undefined) await charge(tokens);
    const items = encoded.map((text) => (text instanceof Refusal ? text : new QueuedText(text.ids, signal)));
    this.#queue.add(
      items.filter((item) => item instanceof QueuedText),
      signal,
      deadline,
    );
    const timings: Timings = { encodeMs, queueMs: 0, inferMs: 0 };
    const outcomes = items.map(async (item, index) => {
      if (item instanceof Refusal) return item;
      const inference = await item.inference;
      if (inference instanceof Refusal) return inference;
      timings.queueMs = Math.max(timings.queueMs, inference.queueMs);
      timings.inferMs = Math.max(timings.inferMs, inference.inferMs);
      return toScore(encoded[index] as EncodedText, inference);
    });
    return { outcomes: await Promise.all(outcomes), timings, model: this.#model };
  }

  /** The tokens that the encoder will make of the texts. */
  #estimate(texts: readonly string[]): number {
    const { maximumLength } = this.artifact.encoder.settings;
    return texts.reduce((sum, { length }) => {
      return sum + Math.min(maximumLength, this.#tokenEstimate.tokensOf(length));
    }, 0);
  }

  /**
   * Throws the refusal that a request of so many bytes would get now, before its body is read. The
   * estimate counts at most a quarter of the queue, because long texts are truncated.
   */
  checkRoom(bytes: number, deadline: number): void {
    const estimate = this.#tokenEstimate.tokensOf(bytes);
    this.#queue.checkRoom(Math.min(estimate, this.#options.maxQueueTokens / 4), deadline);
  }

  /** The graph in use and its execution provider. */
  get opened(): Opened {
    return this.#pool.opened;
  }

  get queuedTokens(): number {
    return this.#queue.tokens;
  }

  /** The reason why no text can be taken now; undefined when texts can be taken. */
  get refusal(): Refusal | undefined {
    if (this.#pool.up > 0) return this.#queue.refusal;
    return new Refusal("overloaded", "No worker is running; a new one is starting.", 1);
  }

  /** Refuses waiting and later texts. Workers still finish their batches. */
  refuse(): void {
    this.#queue.close(new Refusal("draining", "The service is shutting down."));
  }

  /** Closes after every running call of `score` and `explain` has ended. No new call may come. */
  async retire(): Promise<void> {
    await Promise.all(this.#scoring);
    await this.close();
  }

  async close(): Promise<void> {
    this.refuse();
    await this.#pool.close();
  }
}

function charactersOf(texts: readonly string[]): number {
  return texts.reduce((sum, { length }) => sum + length, 0);
}
