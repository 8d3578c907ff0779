import pMap from "p-map";
import { fits, toBatches } from "./batches.ts";
import type { BatchItem, BatchResult, ItemResult, Model } from "./results.ts";
import type { Texts } from "./source.ts";

export interface ManyOptions {
  /** Batches under way at once. */
  concurrency?: number;
  signal?: AbortSignal;
}

/** The calls of a SentimentClient that it is made of. */
interface Calls {
  model: (signal: AbortSignal) => Promise<Model>;
  scoreBatch: (items: BatchItem[], signal: AbortSignal) => Promise<BatchResult>;
}

/**
 * Splits, sends `concurrency` batches at a time, and puts the results in the texts' order. See
 * SentimentClient.
 */
export async function scoreMany(
  client: Calls,
  texts: Texts,
  { concurrency = 2, signal }: ManyOptions,
): Promise<ItemResult[]> {
  // One failed batch fails the call, so the others need not be waited for.
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

/** Said here, since a service hangs up on such a body. */
function tooLarge({ id = "0" }: BatchItem, maxBodyBytes: number): ItemResult {
  const detail = `The item is larger than a body may be, ${maxBodyBytes} bytes.`;
  return { id, status: "error", error: { code: "body_too_large", detail } };
}
