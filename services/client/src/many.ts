import pMap from "p-map";
import { fits, toBatches } from "./batches.ts";
import type { BatchItem, BatchResult, ItemResult, Model } from "./results.ts";
import type { Texts } from "./source.ts";

export interface ManyOptions {
  /** The number of batches that are sent at the same time. */
  concurrency?: number;
  signal?: AbortSignal;
}

/** The calls of a SentimentClient that scoreMany uses. */
interface Calls {
  model: (signal: AbortSignal) => Promise<Model>;
  scoreBatch: (items: BatchItem[], signal: AbortSignal) => Promise<BatchResult>;
}

/**
 * Splits the texts, sends `concurrency` batches at a time, and orders the results. See
 * SentimentClient.
 */
export async function scoreMany(
  client: Calls,
  texts: Texts,
  { concurrency = 2, signal }: ManyOptions,
): Promise<ItemResult[]> {
  // If one batch fails, the call fails, so the other batches are aborted.
  const failed = new AbortController();
  const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  try {
    const { limits } = await client.model(stop);
    const score = async (batch: BatchItem[]): Promise<ItemResult[]> =>
      fits(batch, limits)
        ? (await client.scoreBatch(batch, stop)).results
        : [tooLarge(batch[0]!, limits.maxBodyBytes)];
    return (await pMap(toBatches(texts, limits), score, { concurrency, signal: stop })).flat();
  } finally {
    failed.abort();
  }
}

/** The client makes this error itself, because a service closes the connection of such a body. */
function tooLarge({ id = "0" }: BatchItem, maxBodyBytes: number): ItemResult {
  const detail = `The item is larger than a body may be, ${maxBodyBytes} bytes.`;
  return { id, status: "error", error: { code: "body_too_large", detail } };
}
