import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import { type AdamState, newAdamState } from "./adamw.ts";

export interface EpochRow {
  epoch: number;
  loss: number;
  trainAccuracy: number;
  validationLoss: number;
  validationAccuracy: number;
  seconds: number;
}

/** Everything that changes while training, at the end of an epoch. */
export interface TrainingState {
  epochs: number;
  parameters: Float32Array;
  table: Float32Array;
  adam: AdamState;
  tableAdam: AdamState;
  history: EpochRow[];
  best: { epoch: number; accuracy: number; parameters: Float32Array; table: Float32Array };
}

/** What training starts from: the given parameters and vectors, no step taken. */
export function newTrainingState(parameters: Float32Array, table: Float32Array): TrainingState {
  return {
    epochs: 0,
    parameters,
    table,
    adam: newAdamState(parameters.length),
    tableAdam: newAdamState(table.length),
    history: [],
    best: { epoch: 0, accuracy: -1, parameters: parameters.slice(), table: table.slice() },
  };
}

const file = (folder: string) => path.join(folder, "checkpoint.bin");

/** A hash of what must be the same for a run to go on: preset, corpus, vectors. */
export const runFingerprint = (parts: unknown): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex");

/** Writes the checkpoint whole or not at all. */
export async function saveCheckpoint(
  folder: string,
  fingerprint: string,
  state: TrainingState,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const temporary = `${file(folder)}.new`;
  await writeFile(temporary, serialize({ fingerprint, state }));
  await rename(temporary, file(folder));
}

const readCheckpoint = async (folder: string): Promise<{ fingerprint: string; state: TrainingState }> =>
  deserialize(await readFile(file(folder)));

/**
 * @throws Error when there is none, or when it belongs to another preset, corpus or set of vectors
 */
export async function loadCheckpoint(folder: string, fingerprint: string): Promise<TrainingState> {
  const saved = await readCheckpoint(folder);
  if (saved.fingerprint === fingerprint) return saved.state;
  throw new Error(
    `${file(folder)}: belongs to another preset, corpus or set of vectors; train without --resume`,
  );
}

/**
 * The parameters and vectors of another run's best epoch, no step taken.
 * @param sizes how many numbers this run's network and table have
 * @throws Error when the other run's have another size
 */
export async function warmStart(
  folder: string,
  sizes: { parameters: number; table: number },
): Promise<TrainingState> {
  const { parameters, table } = (await readCheckpoint(folder)).state.best;
  if (parameters.length === sizes.parameters && table.length === sizes.table)
    return newTrainingState(parameters, table);
  throw new Error(`${folder}: its network or its vocabulary has another size than this preset's`);
}
