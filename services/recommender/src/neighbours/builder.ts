import type { Worker } from "node:worker_threads";
import { openThread } from "@undertone/base";
import type { FastifyBaseLogger } from "fastify";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { Neighbours } from "../ranking/neighbours.ts";
import type { DatabaseConfig } from "../storage/database.ts";

export interface BuildData {
  database: DatabaseConfig;
  /** The item ids; their positions are the item indices. */
  items: readonly string[];
}

export interface Built {
  neighbours: Neighbours;
  pairs: number;
  users: number;
  /** The duration of the build, in milliseconds. */
  ms: number;
}

export interface BuilderOptions {
  database: DatabaseConfig;
  catalogue: Catalogue;
  log: FastifyBaseLogger;
  /** How often a build begins if there are changes, in seconds. */
  rebuildSeconds: number;
  /**
   * A build begins at once after this many changes, or after a tenth of all pairs if that is more.
   */
  rebuildAfterChanges: number;
}

const PROGRAM = new URL("./build-thread.ts", import.meta.url).href;
const EMPTY: Neighbours = {
  offsets: new Int32Array(1),
  items: new Int32Array(0),
  similarities: new Float32Array(0),
};

/**
 *   changes ─ enough, or the timer ─> thread: read pairs ─ build ─ transfer ─> new neighbours in use
 *
 * Each build has a thread of its own, whose memory is freed when it ends. If a build fails, the old
 * neighbours stay in use, and the timer begins the next build.
 */
export class NeighbourBuilder {
  neighbours = EMPTY;
  last: { built: Omit<Built, "neighbours">; at: number } | undefined;
  readonly #options: BuilderOptions;
  #timer: NodeJS.Timeout | undefined;
  #thread: Worker | undefined;
  #building: Promise<void> | undefined;
  #failed = false;

  constructor(options: BuilderOptions) {
    this.#options = options;
  }

  get building(): boolean {
    return this.#building !== undefined;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#options.catalogue.changes > 0) this.build();
    }, 1000 * this.#options.rebuildSeconds).unref();
  }

  /** Call this after every change of the catalogue. */
  onChange(): void {
    const { catalogue, rebuildAfterChanges } = this.#options;
    if (this.#timer === undefined || this.#failed) return;
    if (catalogue.changes >= Math.max(rebuildAfterChanges, catalogue.rows / 10)) this.build();
  }

  /** Resolves when the new neighbours are in use, or when the build has failed. */
  build(): Promise<void> {
    this.#building ??= this.#build().finally(() => {
      this.#building = undefined;
      this.onChange();
    });
    return this.#building;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.#thread?.terminate();
    await this.#building;
  }

  async #build(): Promise<void> {
    const { database, catalogue, log } = this.#options;
    const changes = catalogue.takeChanges();
    try {
      const { neighbours, ...built } = await this.#run({ database, items: catalogue.ids });
      this.neighbours = neighbours;
      this.last = { built, at: Date.now() };
      this.#failed = false;
      log.info(built, "neighbours built");
    } catch (error) {
      this.#failed = true;
      catalogue.returnChanges(changes);
      log.error({ err: error }, "neighbours could not be built; the old ones stay in use");
    }
  }

  #run(data: BuildData): Promise<Built> {
    const thread = openThread(PROGRAM, data);
    this.#thread = thread;
    return new Promise((resolve, reject) => {
      thread.once("message", resolve);
      thread.once("error", reject);
      thread.once("exit", () => reject(new Error("the thread ended before it was done")));
    });
  }
}
