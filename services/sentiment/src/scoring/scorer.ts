import type { Artifact } from "@undertone/models";
import { Engine, type EngineOptions, type Model, type Scored } from "./engine.ts";
import { Quarantine, type QuarantineOptions } from "./quarantine.ts";
import type { Refusal } from "./refusal.ts";
import type { Opened } from "./worker-handle.ts";
import { ScoringEvents } from "./worker-pool.ts";

/**
 * The entry for every protocol: the current engine, which `reload` can replace with that of another
 * model.
 */
export class Scorer {
  readonly events: ScoringEvents;
  readonly #options: EngineOptions & QuarantineOptions;
  readonly #quarantine: Quarantine; // of all its engines: a reload forgets nothing
  readonly #engines = new Set<Engine>(); // the current one, and old ones that still finish their texts
  #engine: Engine;
  #closed = false;

  private constructor(
    engine: Engine,
    options: EngineOptions & QuarantineOptions,
    { events, quarantine }: { events: ScoringEvents; quarantine: Quarantine },
  ) {
    this.events = events;
    this.#quarantine = quarantine;
    this.#options = options;
    this.#engine = engine;
    this.#engines.add(engine);
  }

  /**
   * Resolves once the model has reproduced its golden scores; rejects with an error of one sentence
   * otherwise.
   */
  static async start(artifact: Artifact, options: EngineOptions & QuarantineOptions): Promise<Scorer> {
    const parts = { events: new ScoringEvents(), quarantine: new Quarantine(options) };
    try {
      return new Scorer(await Engine.start(artifact, options, parts), options, parts);
    } catch (error) {
      parts.quarantine.close();
      throw error;
    }
  }

  /**
   * Replaces the model once the new one has reproduced its golden scores. Otherwise rejects and
   * keeps the old model. Texts that the old model has taken are scored by the old model.
   */
  async reload(artifact: Artifact): Promise<void> {
    const fresh = await Engine.start(artifact, this.#options, {
      events: this.events,
      quarantine: this.#quarantine,
    });
    if (this.#closed) return fresh.close();
    const old = this.#engine;
    this.#engine = fresh;
    this.#engines.add(fresh);
    await old.retire();
    this.#engines.delete(old);
  }

  /** See Engine.score. */
  score(...request: Parameters<Engine["score"]>): Promise<Scored> {
    return this.#engine.score(...request);
  }

  /** See Engine.explain. */
  explain(...request: Parameters<Engine["explain"]>): ReturnType<Engine["explain"]> {
    return this.#engine.explain(...request);
  }

  /** See Engine.checkRoom. */
  checkRoom(bytes: number, deadline: number): void {
    this.#engine.checkRoom(bytes, deadline);
  }

  get artifact(): Model {
    return this.#engine.artifact;
  }

  /** The graph in use and its execution provider. */
  get opened(): Opened {
    return this.#engine.opened;
  }

  get queuedTokens(): number {
    return [...this.#engines].reduce((sum, { queuedTokens }) => sum + queuedTokens, 0);
  }

  /** The reason why no text can be taken now; undefined when texts can be taken. */
  get refusal(): Refusal | undefined {
    return this.#engine.refusal;
  }

  /** Refuses waiting and later texts. Workers still finish their batches. */
  refuse(): void {
    for (const engine of this.#engines) engine.refuse();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#engines].map((engine) => engine.close()));
    this.#quarantine.close();
  }
}
