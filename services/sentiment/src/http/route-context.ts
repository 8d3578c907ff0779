import type { Config } from "../config.ts";
import type { Scorer } from "../scoring/scorer.ts";
import type { ScoringMetrics } from "./metrics.ts";
import type { scoreRequests } from "./score-request.ts";

/** What the routes work with. */
export interface RouteContext extends ReturnType<typeof scoreRequests> {
  config: Config;
  scorer: Scorer;
  metrics: ScoringMetrics;
  /** The model that serves now. */
  model(): { name: string; version: string };
}
