import { existsSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type EncoderSettings, readArtifact, type Vocabulary } from "@undertone/models";
import { importOnnx } from "../export/onnx/import.ts";
import type { Parameter } from "../model/parameters.ts";
import { bestWeights, newTrainingState, type TrainingState, type Weights } from "./checkpoint.ts";

const isModel = (folder: string) => existsSync(path.join(folder, "manifest.json"));

/**
 * The vocabulary of the published model that training starts from, because its weights belong to
 * these words.
 * @param folder the model's, or another run's, which has no vocabulary of its own
 * @throws Error if the model has other text rules than the preset
 */
export async function startingVocabulary(
  folder: string | undefined,
  settings: EncoderSettings,
): Promise<Vocabulary | undefined> {
  if (folder === undefined || !isModel(folder)) return undefined;
  const { vocabulary } = await readArtifact(folder);
  if (isDeepStrictEqual(vocabulary.settings, settings)) return vocabulary;
  throw new Error(`${folder}: its text rules are not this preset's`);
}

/**
 * A state before the first step, with the weights of another run's best epoch or of a published
 * model.
 * @param folder the run's, or the model's
 * @param fresh this run's state, whose sizes the other must have
 * @throws Error if the other's weights have another size
 */
export async function warmStart(folder: string, list: Parameter[], fresh: Weights): Promise<TrainingState> {
  const weights = await (isModel(folder) ? modelWeights(folder, list) : bestWeights(folder));
  if (sizesOf(weights).join() === sizesOf(fresh).join()) return newTrainingState(weights);
  throw new Error(`${folder}: its network or its vocabulary has another size than this preset's`);
}

async function modelWeights(folder: string, list: Parameter[]): Promise<Weights> {
  const { manifest, graphBytes } = await readArtifact(folder);
  return importOnnx(new Uint8Array(graphBytes), list, manifest.calibration.temperature);
}

const sizesOf = ({ parameters, table, ngrams }: Weights) =>
  [parameters, table, ngrams].map(({ length }) => length);
