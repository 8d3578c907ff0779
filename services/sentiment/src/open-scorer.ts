import { availableParallelism } from "node:os";
import { readArtifact } from "@undertone/models";
import type { Config } from "./config.ts";
import { Scorer } from "./scoring/scorer.ts";

/** The engine as configured, its model verified and its golden texts answered. */
export async function openScorer(config: Config): Promise<Scorer> {
  const { maxTextLength, unscorable, maxQueueTokens, batchTokens, workerTimeoutMs } = config;
  return Scorer.start(await readArtifact(config.modelDir), {
    provider: config.executionProvider,
    workers: config.workers || availableParallelism(),
    maxTextLength,
    unscorable,
    maxQueueTokens,
    batchTokens,
    workerTimeoutMs,
  });
}
