import type { Rated } from "../fit.ts";
import { fitTemperature, scores } from "../metrics.ts";
import type { Progress } from "../progress.ts";
import type { Replicas } from "../replicas.ts";
import { fitHead } from "./fit-head.ts";
import { expectedStars, type StarHead } from "./head.ts";
import { starMetrics } from "./metrics.ts";

/** A head that is worth having, and what TensorFlow's features give by it for the validation reviews. */
export interface LearntStars {
  head: StarHead;
  validation: Float64Array;
}

interface StarOptions {
  seed: number;
  /** They hold the trained network, which stays as it is. */
  replicas: Pick<Replicas, "features">;
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
  const { seed, replicas, train, validation, validationLogits, progress } = options;
  const ratings = new Set(train.ratings).size;
  if (ratings < 3 || validation.ids.length === 0) {
    progress.noStars(`${ratings} different ratings and ${validation.ids.length} validation reviews`);
    return undefined;
  }
  const head = fitHead(await replicas.features(train.ids), train.ratings, seed);
  const estimated = expectedStars(head, await replicas.features(validation.ids));
  // As it will be served: where a score is all but 0 or 1, its ties depend on the temperature.
  const served = scores(validationLogits, fitTemperature(validationLogits, validation.labels));
  const found = starMetrics(estimated, served, validation.ratings);
  progress.stars(found);
  return found.spearman > found.scoreSpearman ? { head, validation: estimated } : undefined;
}
