import { Problem } from "@undertone/base";
import type { Config } from "../config.ts";
import type { Recommender } from "../recommender.ts";
import { PROBLEMS } from "./problems.ts";

/** What every route works with. */
export interface RouteContext {
  config: Config;
  recommender: Recommender;
}

/** To be called before a write. */
export function refuseWhenOverloaded(recommender: Recommender): void {
  if (recommender.overloaded) throw new Problem("overloaded", PROBLEMS.overloaded.title);
}

/** The index of an item in the catalogue. */
export function knownItem(recommender: Recommender, id: string): number {
  const item = recommender.catalogue.index(id);
  if (item === undefined) throw new Problem("unknown_item", PROBLEMS.unknown_item.title);
  return item;
}
