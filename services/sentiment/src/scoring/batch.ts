import type { PendingRequest } from "./pending-request.ts";
import type { QueuedText } from "./queued-text.ts";

/** Lengths that share a batch differ by at most this factor: farther ones pay more in padding than company is worth. */
const SIMILAR = 4 / 3;

/**
 * Takes the first request's longest text and its companions: texts of similar length, of the same request
 * first and then of the others in turn, while rows x longest row stays within the budget of padded tokens.
 * A text longer than the budget still gets its turn, alone.
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
