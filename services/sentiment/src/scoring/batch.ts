import type { Item } from "./item.ts";

/** Items whose lengths differ by less than this share a lane. */
const LANE_WIDTH = 16;

/** Waiting items by length, oldest first in each lane; some lanes may be missing. */
export type Lanes = Map<number, Item[]>;

export function laneOf(item: Item): number {
  return Math.ceil(item.ids.length / LANE_WIDTH);
}

/**
 * Takes the oldest item and its companions out of the lanes: those of its own lane first, then of the lanes
 * nearest in length, while rows x longest row stays within the budget of padded tokens. The oldest is always
 * taken, so nothing starves and an item longer than the budget still gets its turn.
 */
export function takeBatch(lanes: Lanes, budget: number): Item[] {
  const batch: Item[] = [];
  let longest = 0;
  for (const number of lanesAround(oldestLane(lanes), lanes)) {
    const lane = lanes.get(number)!;
    let taken = 0;
    for (const item of lane) {
      longest = Math.max(longest, item.ids.length);
      if (batch.length > 0 && (batch.length + 1) * longest > budget) break;
      batch.push(item);
      taken += 1;
    }
    const full = taken < lane.length;
    if (full) lane.splice(0, taken);
    else lanes.delete(number);
    if (full) break;
  }
  return batch;
}

function oldestLane(lanes: Lanes): number {
  let oldest = 0;
  let arrival = Number.POSITIVE_INFINITY;
  for (const [number, [head]] of lanes) {
    if (head!.arrival >= arrival) continue;
    oldest = number;
    arrival = head!.arrival;
  }
  return oldest;
}

/** Lanes of similar length, nearest first. Farther ones would pay more in padding than the company is worth. */
function lanesAround(start: number, lanes: Lanes): number[] {
  return [...lanes.keys()]
    .filter((number) => number * 3 <= start * 4 && number * 4 >= start * 3)
    .sort((a, b) => Math.abs(a - start) - Math.abs(b - start));
}
