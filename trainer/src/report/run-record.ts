import type { EpochRow } from "../checkpoint.ts";

/** What a run knows beyond the manifest; scores, labels and lengths are of the test reviews. */
export interface RunRecord {
  history: EpochRow[];
  scores: Float64Array;
  labels: number[];
  lengths: number[];
  /** Share of training tokens with a vector, split on spaces and by the encoder. */
  coverage: { before: number; after: number; missingWords: number };
}
