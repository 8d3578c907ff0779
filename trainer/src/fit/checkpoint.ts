import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import type { Vocabulary } from "@undertone/models";
import type { Corpus } from "../data/corpus.ts";
import type { Vectors } from "../data/vectors.ts";
import { networkSettings, type Preset } from "../preset.ts";
import { type AdamState, newAdamState } from "./adamw.ts";

export interface EpochRow {
  epoch: number;
  loss: number;
  /** Means over the validation domains; accuracy and AUC without the neutral ratings. */
  validationLoss: number;
  validationAccuracy: number;
  validationAuc: number;
  seconds: number;
}

/** Everything that changes during training, at the end of an epoch. */
export interface TrainingState {
  epochs: number;
  parameters: Float32Array;
  table: Float32Array;
  /** The weights of the linear term (see model/ngrams.ts); empty if the network has none. */
  ngrams: Float32Array;
  adam: AdamState;
  tableAdam: AdamState;
  ngramAdam: AdamState;
  /** The running mean of the weights, if the preset averages them. */
  average?: Weights;
  history: EpochRow[];
  best: Weights & { epoch: number; accuracy: number };
}

/** Everything that a network has learned. */
export type Weights = Pick<TrainingState, "parameters" | "table" | "ngrams">;

export const copyOf = ({ parameters, table, ngrams }: Weights): Weights => ({
  parameters: parameters.slice(),
  table: table.slice(),
  ngrams: ngrams.slice(),
});

/** The initial state: the given parameters, vectors and n-gram weights, before the first step. */
export function newTrainingState({ parameters, table, ngrams }: Weights): TrainingState {
  return {
    epochs: 0,
    parameters,
    table,
    ngrams,
    adam: newAdamState(parameters.length),
    tableAdam: newAdamState(table.length),
    ngramAdam: newAdamState(ngrams.length),
    history: [],
    best: { epoch: 0, accuracy: -1, ...copyOf({ parameters, table, ngrams }) },
  };
}

/** The checkpoint of a run. */
export const checkpointFile = (folder: string) => path.join(folder, "checkpoint.bin");

/** What must be the same if a run is to continue from its checkpoint. */
interface RunIdentity {
  preset: Preset;
  corpus: Pick<Corpus, "sha256">;
  vectors: Pick<Vectors, "name">;
  vocabulary: Vocabulary;
  startFrom?: string | undefined;
}

/** A hash of the run's identity. */
export function runFingerprint({ preset, corpus, vectors, vocabulary, startFrom }: RunIdentity): string {
  const parts = [networkSettings(preset), corpus.sha256, vectors.name, vocabulary.words.length];
  if (startFrom !== undefined) parts.push(startFrom);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** Writes the checkpoint completely or not at all. */
export async function saveCheckpoint(
  folder: string,
  fingerprint: string,
  state: TrainingState,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = `${checkpointFile(folder)}.new`;
  await writeFile(temporary, serialize({ fingerprint, state }));
  await rename(temporary, checkpointFile(folder));
}

const readCheckpoint = async (folder: string): Promise<{ fingerprint: string; state: TrainingState }> =>
  deserialize(await readFile(checkpointFile(folder)));

/** @throws Error if there is none, or if it belongs to another preset, corpus or set of vectors */
export async function loadCheckpoint(folder: string, fingerprint: string): Promise<TrainingState> {
  const saved = await readCheckpoint(folder);
  if (saved.fingerprint === fingerprint) return saved.state;
  throw new Error(
    `${checkpointFile(folder)}: belongs to another preset, corpus or set of vectors; train without --resume`,
  );
}

/** The weights of a run's best epoch. */
export const bestWeights = async (folder: string): Promise<Weights> =>
  (await readCheckpoint(folder)).state.best;
