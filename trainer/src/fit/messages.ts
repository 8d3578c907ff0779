import type { Padded } from "@undertone/models";
import type { Noise } from "../model/network.ts";
import type { Architecture } from "../preset.ts";

/**
 * Some rows of the embedding table, or their gradients: ids int32 `[n]`, values float32
 * `[n, embedding]`.
 */
export interface Rows {
  ids: Int32Array;
  values: Float32Array;
}

/** Encoded texts, and the linear term of each, float32 `[batch]`. */
export interface Batch extends Padded {
  linear: Float32Array;
}

/** The targets of the texts, for each threshold: float32 `[batch, thresholds]` each, row-major. */
export interface Targets {
  /** P(rating above the threshold), 0..1. */
  targets: Float32Array;
  /** The weight; 0 if nothing is known. */
  weights: Float32Array;
}

/** A request of the training process to a worker. Each request gets exactly one {@link Answer}. */
export type Request =
  | { kind: "start"; architecture: Architecture; table: Float32Array }
  | { kind: "set"; parameters: Float32Array; rows?: Rows; table?: Float32Array }
  | ({
      kind: "gradients";
      batch: Batch;
      noise: Noise;
      trainEmbeddings: boolean;
      /**
       * The size of the adversarial perturbation, as a share of the norm of a text's vectors; 0:
       * none.
       */
      adversarialNorm: number;
    } & Targets)
  | { kind: "predict"; batch: Batch }
  | { kind: "summary"; folder: string; step: number; scalars: Record<string, number> };

export interface Answer {
  error?: string;
  /** Log-odds of a rating above each threshold: float32 `[batch, thresholds]` row-major. */
  values?: Float32Array;
  /** The weighted cross-entropy, summed over texts and thresholds. */
  loss?: number;
  gradient?: Float32Array;
  /** The gradient of the loss with respect to each text's linear term, float32 `[batch]`. */
  linearGradient?: Float32Array;
  rows?: Rows;
}
