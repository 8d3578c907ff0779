import type { EpochRow } from "../checkpoint.ts";
import type { Examination } from "../examine/examine.ts";

/** What a run knows beyond the manifest; scores (of the graph that CPUs serve) and labels are of the test reviews, or of validation where none are held. */
export interface RunRecord {
  history: EpochRow[];
  scores: Float64Array;
  labels: number[];
  examination: Examination;
  /** Share of training tokens with a vector, split on spaces and by the encoder. */
  coverage: { before: number; after: number; missingWords: number };
}
