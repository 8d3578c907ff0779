import { availableParallelism } from "node:os";
import { type Artifact, readArtifact } from "@undertone/models";
import type { Config } from "./config.ts";
import { Scorer } from "./scoring/scorer.ts";

/** Reads the configured model, and verifies its signature if there is a key for it. */
export function readModel({ modelDir, modelPublicKey }: Config): Promise<Artifact> {
  return readArtifact(modelDir, { publicKeys: modelPublicKey === "" ? [] : modelPublicKey.split(",") });
}

/**
 * Starts the configured engine, after the model is verified and its golden texts are reproduced.
 */
export async function openScorer(config: Config, warn = console.warn): Promise<Scorer> {
  const { maxTextLength, unscorable, maxQueueTokens, batchTokens, workerTimeoutMs } = config;
  const { quarantineFile, quarantineSeconds } = config;
  return Scorer.start(await readModel(config), {
    provider: config.executionProvider,
    workers: config.workers || availableParallelism(),
    maxTextLength,
    unscorable,
    maxQueueTokens,
    batchTokens,
    workerTimeoutMs,
    quarantineFile,
    quarantineSeconds,
    warn,
  });
}
