import type { Worker } from "node:worker_threads";
import { openThread } from "@undertone/base";
import type { FastifyBaseLogger } from "fastify";
import type { Catalogue } from "../catalogue.ts";
import type { Neighbours } from "../ranking/neighbours.ts";
import type { DatabaseConfig } from "../storage/database.ts";

export interface BuildData {
  database: DatabaseConfig;
  /** Ids by index. */
  items: readonly string[];
}

export interface Built {
  neighbours: Neighbours;
  pairs: number;
  users: number;
  ms: number;
}

export interface BuilderOptions {
  database: DatabaseConfig;
  catalogue: Catalogue;
  log: FastifyBaseLogger;
  /** The longest that news waits, in seconds. */
  rebuildSeconds: number;
  /** Pairs that came or went until a build is begun at once; a tenth of all where that is more. */
  rebuildNews: number;
}

const PROGRAM = new URL("./build-thread.ts", import.meta.url).href;
const EMPTY: Neighbours = {
  offsets: new Int32Array(1),
  items: new Int32Array(0),
  similarities: new Float32Array(0),
};

/**
 * news ─(enough, or the timer)─> thread: read pairs ─ build ─ hand over ─> swapped whole, the old ones are dropped
 *
 * One thread a build: its memory is given back when it ends, and a build that fails harms nothing but itself.
 */
export class NeighbourBuilder {
  neighbours = EMPTY;
  last: { built: Omit<Built, "neighbours">; at: number } | undefined;
  readonly #options: BuilderOptions;
  #timer: NodeJS.Timeout | undefined;
  #thread: Worker | undefined;
  #building: Promise<void> | undefined;

  constructor(options: BuilderOptions) {
    this.#options = options;
  }

  get building(): boolean {
    return this.#building !== undefined;
  }

  start(): void {
    this.#timer = setInterval(() => {
      if (this.#options.catalogue.news > 0) this.build();
    }, 1000 * this.#options.rebuildSeconds).unref();
  }

  /** To be called after every change of the catalogue. */
  onNews(): void {
    const { catalogue, rebuildNews } = this.#options;
    if (this.#timer !== undefined && catalogue.news >= Math.max(rebuildNews, catalogue.rows / 10))
      this.build();
  }

  /** Resolves when the neighbours have been swapped, or the build has failed and been logged. */
  build(): Promise<void> {
    this.#building ??= this.#build().finally(() => {
      this.#building = undefined;
      this.onNews();
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
    catalogue.takeNews();
    try {
      const { neighbours, ...built } = await this.#run({ database, items: catalogue.ids });
      this.neighbours = neighbours;
      this.last = { built, at: Date.now() };
      log.info(built, "neighbours built");
    } catch (error) {
      log.error({ err: error }, "neighbours could not be built; the old ones stay");
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
