import type { Config } from "../config.ts";
import type { Scorer } from "../scoring/scorer.ts";
import type { ScoringMetrics } from "./metrics.ts";
import type { scoreRequests } from "./score-request.ts";

/** What the routes need. */
export interface RouteContext extends ReturnType<typeof scoreRequests> {
  config: Config;
  scorer: Scorer;
  metrics: ScoringMetrics;
  /** The model that is in use now. */
  model(): { name: string; version: string };
}
