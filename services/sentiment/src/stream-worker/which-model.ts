import { readFile } from "node:fs/promises";
import path from "node:path";
import type { JetStreamManager } from "@nats-io/jetstream";
import { consumerName, type ModelName, REVIEWS } from "@undertone/streams";

export interface ModelOptions {
  /** The folder of MODEL_DIR. It may be missing. */
  folder: string;
  model?: ModelName | undefined;
}

/**
 * The model of a command: the given one, else that of the folder, else the only one that reads the
 * stream. So a machine that only collects needs no model.
 * @throws Error with the models of the stream, if none of the three exists
 */
export async function whichModel(jsm: JetStreamManager, { folder, model }: ModelOptions): Promise<ModelName> {
  if (model === undefined) {
    const own = await readModelName(folder);
    if (own !== undefined) return own;
  }
  const models = await modelsOfStream(jsm);
  const found =
    model === undefined ? models : models.filter((known) => consumerName(known) === consumerName(model));
  if (found.length === 1) return found[0]!;
  const listed = models.map(({ name, version }) => `${name}@${version}`).join(", ") || "none";
  const given = model === undefined ? `no model in MODEL_DIR (${folder})` : `${model.name}@${model.version}`;
  throw new Error(`--model: expected one of the models that read the stream (${listed}), found ${given}`);
}

/** The name and version of a folder's model; undefined if there is no manifest. */
async function readModelName(folder: string): Promise<ModelName | undefined> {
  const text = await readFile(path.join(folder, "manifest.json"), "utf8").catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    },
  );
  if (text === undefined) return undefined;
  const { name, version } = JSON.parse(text);
  return { name, version };
}

/** `worker setup` writes the model's name into its consumer, where it is read here. */
async function modelsOfStream(jsm: JetStreamManager): Promise<ModelName[]> {
  const models: ModelName[] = [];
  for await (const { config } of jsm.consumers.list(REVIEWS.stream)) {
    const [name, version] = config.metadata?.model?.split(" ") ?? [];
    if (name !== undefined && version !== undefined) models.push({ name, version });
  }
  return models;
}
