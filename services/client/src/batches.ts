import type { BatchItem, Model } from "./results.ts";
import { type Texts, toItem } from "./source.ts";

export type BatchLimits = Pick<Model["limits"], "maxBatchItems" | "maxBodyBytes">;
type Identified = BatchItem & { id: string };

const encoder = new TextEncoder();
/**
 * The bytes of a body around its items. Each item is counted with a comma, but the last one has
 * none.
 */
const ENVELOPE_BYTES = '{"items":[]}'.length - ",".length;

/**
 * The texts in order, in as few batches as the limits allow. A text without an id gets its index. A
 * text that is too large for any body is a batch of its own (see `fits`).
 */
export async function* toBatches(
  texts: Texts,
  { maxBatchItems, maxBodyBytes }: BatchLimits,
): AsyncGenerator<Identified[]> {
  let batch: Identified[] = [];
  let bytes = ENVELOPE_BYTES;
  let index = 0;
  for await (const text of texts) {
    const item = { id: String(index++), ...toItem(text) };
    const more = bytesOf(item);
    if (batch.length === maxBatchItems || (batch.length > 0 && bytes + more > maxBodyBytes)) {
      yield batch;
      batch = [];
      bytes = ENVELOPE_BYTES;
    }
    batch.push(item);
    bytes += more;
  }
  if (batch.length > 0) yield batch;
}

/** Whether a batch of `toBatches` can be sent. Only a batch of one item may be too large. */
export function fits(batch: readonly BatchItem[], { maxBodyBytes }: BatchLimits): boolean {
  return batch.length > 1 || ENVELOPE_BYTES + bytesOf(batch[0]!) <= maxBodyBytes;
}

/** The bytes of an item and its comma. */
const bytesOf = (item: BatchItem): number => encoder.encode(JSON.stringify(item)).length + ",".length;
