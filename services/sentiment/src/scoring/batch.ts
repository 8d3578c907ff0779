import type { PendingRequest } from "./pending-request.ts";
import type { QueuedText } from "./queued-text.ts";

/**
 * By how many tokens the length of a batch's first text and the others' differ at most. A long text
 * gains nothing from a batch that padding does not take away, and a short one gains much.
 */
const SLACK = 16;
const LARGEST_SHARE = 1 / 3;
const SHARE_OF_LONG = 1 / 12;

function slackOf(lead: number): number {
  return Math.min(lead * LARGEST_SHARE, Math.max(SLACK, lead * SHARE_OF_LONG));
}

/**
 * Takes the longest text of the first request, then texts of similar length: first from the same
 * request, then from the others in turn. The batch ends when rows x longest row would exceed
 * `budget` (padded tokens). A text that is longer than the budget forms a batch of its own.
 */
export function takeBatch([first, ...others]: readonly PendingRequest[], budget: number): QueuedText[] {
  const lead = first!.longest;
  const batch = [first!.take(lead, lead)!];
  const slack = slackOf(lead);
  let longest = lead;
  for (const pending of [first!, ...others]) {
    for (;;) {
      const room = Math.floor(budget / (batch.length + 1));
      if (room < longest) return batch;
      const text = pending.take(lead - slack, Math.min(lead + slack, room));
      if (text === undefined) break;
      longest = Math.max(longest, text.ids.length);
      batch.push(text);
    }
  }
  return batch;
}
