import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { deserialize, serialize } from "node:v8";
import type { AdamState } from "./adamw.ts";

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

export const readCheckpoint = async (
  folder: string,
): Promise<{ fingerprint: string; state: TrainingState }> => deserialize(await readFile(file(folder)));

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
