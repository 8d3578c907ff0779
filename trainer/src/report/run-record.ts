import type { Attribution } from "../evaluation/attribution.ts";
import type { ErrorAnalysis } from "../evaluation/error-analysis.ts";
import type { EpochRow } from "../fit/checkpoint.ts";

/**
 * Data of a run that the manifest does not hold; scores (of the graph that CPUs serve) and labels
 * are of the test reviews, or of validation where none are held.
 */
export interface RunRecord {
  history: EpochRow[];
  /** Markdown on the corpora and their terms, as its maker wrote it. */
  sources: string | undefined;
  scores: Float64Array;
  labels: number[];
  errorAnalysis: ErrorAnalysis;
  /** Of validation reviews; nothing where all are very short. */
  attribution: Attribution | undefined;
  /** Share of training tokens with a vector, split on spaces and by the encoder. */
  coverage: { before: number; after: number; missingWords: number };
}
