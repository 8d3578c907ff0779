import { availableParallelism } from "node:os";
import { type Artifact, readArtifact } from "@undertone/models";
import type { Config } from "./config.ts";
import { Scorer } from "./scoring/scorer.ts";

/** The model as configured: its signature is verified if there is a key for it. */
export function readModel({ modelDir, modelPublicKey }: Config): Promise<Artifact> {
  return readArtifact(modelDir, { publicKeys: modelPublicKey === "" ? [] : modelPublicKey.split(",") });
}

/** The engine as configured, its model verified and its golden texts answered. */
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
