/** Limits of one request. */
export interface ScoreOptions {
  /** In milliseconds of performance.now(). */
  deadline?: number;
  /** Charges the client for so many tokens before the model reads them; what it rejects with ends a stream. */
  charge?: (tokens: number) => Promise<void>;
}
