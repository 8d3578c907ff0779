/** What happens to a text whose score is unreliable: its result has a warning, or it is refused. */
export type Unscorable = "warn" | "refuse";

/** The options and limits of one request. */
export interface ScoreOptions {
  /** In milliseconds of performance.now(). */
  deadline?: number;
  /**
   * Charges the client for tokens before the model reads them. If it rejects, the stream ends with
   * that error.
   */
  charge?: (tokens: number) => Promise<void>;
  /** By default the engine's own choice. */
  unscorable?: Unscorable;
}
