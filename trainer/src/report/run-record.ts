import type { Attribution } from "../evaluation/attribution.ts";
import type { ErrorAnalysis } from "../evaluation/error-analysis.ts";
import type { EpochRow } from "../fit/checkpoint.ts";

/**
 * Data of a run that is not in the manifest. Scores (of the published graph) and labels are of the
 * test reviews, or of the validation reviews if there are no test reviews.
 */
export interface RunRecord {
  history: EpochRow[];
  /** The Markdown text about the corpora and their licences. */
  sources: string | undefined;
  scores: Float64Array;
  labels: number[];
  errorAnalysis: ErrorAnalysis;
  /** Of validation reviews; undefined if all are very short. */
  attribution: Attribution | undefined;
  /** The share of training tokens with a vector, if split on spaces and by the encoder. */
  coverage: { before: number; after: number; missingWords: number };
}
