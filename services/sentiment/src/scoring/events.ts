import { EventEmitter } from "node:events";

/** What the engine does, for whoever counts it. */
export class ScoringEvents extends EventEmitter<{
  /** A worker takes a batch: its rows, their tokens without padding. */
  batch: [{ rows: number; tokens: number }];
  /** A worker that failed was replaced. */
  restart: [];
}> {}
