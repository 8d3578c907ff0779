import type { Noise } from "../model/network.ts";
import type { Architecture } from "../preset.ts";

/** Padded rows: ids int32 `[batch, time]` row-major, lengths int32 `[batch]`. */
export interface Batch {
  ids: Int32Array;
  lengths: Int32Array;
  batch: number;
  time: number;
}

/** Some rows of the embedding table, or their gradients: ids int32 `[n]`, values float32 `[n, embedding]`. */
export interface Rows {
  ids: Int32Array;
  values: Float32Array;
}

/** What the training process asks of a worker; each request gets exactly one {@link Answer}. */
export type Request =
  | { kind: "start"; architecture: Architecture; table: Float32Array }
  | { kind: "set"; parameters: Float32Array; rows?: Rows; table?: Float32Array }
  | { kind: "gradients"; batch: Batch; targets: Float32Array; noise: Noise; trainEmbeddings: boolean }
  | { kind: "predict" | "features"; batch: Batch }
  | { kind: "summary"; folder: string; step: number; scalars: Record<string, number> };

export interface Answer {
  error?: string;
  /** What was asked for of each row, row-major: float32 `[batch, 2]` logits, or `[batch, features]`. */
  values?: Float32Array;
  loss?: number;
  right?: number;
  gradient?: Float32Array;
  rows?: Rows;
}
