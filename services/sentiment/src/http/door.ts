import type { Config } from "../config.ts";
import type { Scorer } from "../scoring/scorer.ts";
import type { ScoringMetrics } from "./metrics.ts";
import type { ScoreRequest } from "./score-request.ts";

/** What the routes work with. */
export interface Door {
  config: Config;
  scorer: Scorer;
  metrics: ScoringMetrics;
  score: ScoreRequest;
  /** The model that serves now. */
  model(): { name: string; version: string };
}
