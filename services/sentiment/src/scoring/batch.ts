import type { Item } from "./item.ts";
import type { Waiting } from "./waiting.ts";

/** Lengths that share a batch differ by at most this factor: farther ones pay more in padding than company is worth. */
const SIMILAR = 4 / 3;

/**
 * Takes the first request's longest item and its companions: items of similar length, of the same request
 * first and then of the others in turn, while rows x longest row stays within the budget of padded tokens.
 * An item longer than the budget still gets its turn, alone.
 */
export function takeBatch([first, ...others]: readonly Waiting[], budget: number): Item[] {
  const lead = first!.longest;
  const batch = [first!.take(lead, lead)!];
  let longest = lead;
  for (const waiting of [first!, ...others]) {
    for (;;) {
      const room = Math.floor(budget / (batch.length + 1));
      if (room < longest) return batch;
      const item = waiting.take(lead / SIMILAR, Math.min(lead * SIMILAR, room));
      if (item === undefined) break;
      longest = Math.max(longest, item.ids.length);
      batch.push(item);
    }
  }
  return batch;
}
