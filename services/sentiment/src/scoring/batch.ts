import type { PendingRequest } from "./pending-request.ts";
import type { QueuedText } from "./queued-text.ts";

/**
 * Lengths in one batch differ by at most this factor: a larger difference costs more padding than
 * batching saves.
 */
const SIMILAR = 4 / 3;

/**
 * Takes the longest text of the first request, then texts of similar length: first from the same
 * request, then from the others in turn. The batch ends when rows x longest row would exceed
 * `budget` (padded tokens). A text that is longer than the budget forms a batch of its own.
 */
export function takeBatch([first, ...others]: readonly PendingRequest[], budget: number): QueuedText[] {
  const lead = first!.longest;
  const batch = [first!.take(lead, lead)!];
  let longest = lead;
  for (const pending of [first!, ...others]) {
    for (;;) {
      const room = Math.floor(budget / (batch.length + 1));
      if (room < longest) return batch;
      const text = pending.take(lead / SIMILAR, Math.min(lead * SIMILAR, room));
      if (text === undefined) break;
      longest = Math.max(longest, text.ids.length);
      batch.push(text);
    }
  }
  return batch;
}
