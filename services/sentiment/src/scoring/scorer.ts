import type { Artifact } from "@undertone/models";
import { Engine, type EngineOptions, type Model, type Scored } from "./engine.ts";
import { ScoringEvents } from "./events.ts";
import type { Refusal } from "./refusal.ts";
import type { Opened } from "./worker-handle.ts";

/** What the doors use: the engine that serves now, which another model's can replace while it works. */
export class Scorer {
  readonly events: ScoringEvents;
  readonly #options: EngineOptions;
  readonly #engines = new Set<Engine>(); // the one that serves, and those that still finish what they hold
  #engine: Engine;
  #closed = false;

  private constructor(engine: Engine, options: EngineOptions, events: ScoringEvents) {
    this.events = events;
    this.#options = options;
    this.#engine = engine;
    this.#engines.add(engine);
  }

  /** Resolves once the model has answered its golden texts; rejects with one sentence when it has not. */
  static async start(artifact: Artifact, options: EngineOptions): Promise<Scorer> {
    const events = new ScoringEvents();
    return new Scorer(await Engine.start(artifact, options, events), options, events);
  }

  /**
   * From now on serves this model, once it has answered its golden texts; rejects and goes on with the old one when
   * it has not. What the old one was asked is answered by the old one.
   */
  async reload(artifact: Artifact): Promise<void> {
    const fresh = await Engine.start(artifact, this.#options, this.events);
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

  get artifact(): Model {
    return this.#engine.artifact;
  }

  /** Which of the model's graphs runs, and where. */
  get opened(): Opened {
    return this.#engine.opened;
  }

  get queuedTokens(): number {
    return [...this.#engines].reduce((sum, { queuedTokens }) => sum + queuedTokens, 0);
  }

  /** Why no text would be taken now, if so. */
  get refusal(): Refusal | undefined {
    return this.#engine.refusal;
  }

  /** Refuses what waits and all that comes; what a worker holds is still answered. */
  refuse(): void {
    for (const engine of this.#engines) engine.refuse();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#engines].map((engine) => engine.close()));
  }
}
