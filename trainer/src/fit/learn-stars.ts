import type { Progress } from "../cli/progress.ts";
import { fitTemperature, scores } from "../evaluation/metrics.ts";
import { starMetrics } from "../evaluation/star-metrics.ts";
import { expectedStars, type StarHead } from "../model/star-head.ts";
import type { Rated } from "./fit.ts";
import { fitHead } from "./fit-star-head.ts";
import type { WorkerPool } from "./worker-pool.ts";

/** A head that is worth having, and what TensorFlow's features give by it for the validation reviews. */
export interface LearntStars {
  head: StarHead;
  validation: Float64Array;
}

interface StarOptions {
  seed: number;
  /** They hold the trained network, which stays as it is. */
  pool: Pick<WorkerPool, "features">;
  train: Pick<Rated, "ids" | "ratings">;
  validation: Rated;
  /** TensorFlow's, float32 `[rows, 2]`. */
  validationLogits: Float32Array;
  progress: Pick<Progress, "stars" | "noStars">;
}

/**
 * Stars are learnt after the network, from what its last layer sees of the training reviews. They are kept when on validation
 * they follow the given ones better than the network's own score does; otherwise there is no second output.
 */
export async function learnStars(options: StarOptions): Promise<LearntStars | undefined> {
  const { seed, pool, train, validation, validationLogits, progress } = options;
  const ratings = new Set(train.ratings).size;
  if (ratings < 3 || validation.ids.length === 0) {
    progress.noStars(`${ratings} different ratings and ${validation.ids.length} validation reviews`);
    return undefined;
  }
  const head = fitHead(await pool.features(train.ids), train.ratings, seed);
  const estimated = expectedStars(head, await pool.features(validation.ids));
  // As it will be served: where a score is all but 0 or 1, its ties depend on the temperature.
  const served = scores(validationLogits, fitTemperature(validationLogits, validation.labels));
  const found = starMetrics(estimated, served, validation.ratings);
  progress.stars(found);
  return found.spearman > found.scoreSpearman ? { head, validation: estimated } : undefined;
}
