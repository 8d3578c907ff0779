/**
 * What happens to a text whose score deserves little trust: its result has a warning, or it is
 * refused.
 */
export type Unscorable = "warn" | "refuse";

/** What one request asks for, and its limits. */
export interface ScoreOptions {
  /** In milliseconds of performance.now(). */
  deadline?: number;
  /**
   * Charges the client for so many tokens before the model reads them; what it rejects with ends a
   * stream.
   */
  charge?: (tokens: number) => Promise<void>;
  /** The engine's own choice if it is absent. */
  unscorable?: Unscorable;
}
