import { Problem } from "@undertone/base";
import type { Config } from "../config.ts";
import type { Recommender } from "../recommender.ts";
import { PROBLEMS } from "./problems.ts";

/** The dependencies of every route. */
export interface RouteContext {
  config: Config;
  recommender: Recommender;
}

/** Call this before a write. @throws Problem `overloaded` if the queue of writes is full */
export function refuseWhenOverloaded(recommender: Recommender): void {
  if (recommender.overloaded) throw new Problem("overloaded", PROBLEMS.overloaded.title);
}

/** The index of an item in the catalogue. @throws Problem `unknown_item` if it is not there */
export function knownItem(recommender: Recommender, id: string): number {
  const item = recommender.catalogue.index(id);
  if (item === undefined) throw new Problem("unknown_item", PROBLEMS.unknown_item.title);
  return item;
}
