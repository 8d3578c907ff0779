import { shuffle } from "../../../trainer/src/random.ts";
import { type Interval, relativeGain } from "./bootstrap.ts";
import type { Corpus, Review } from "./corpus.ts";
import { evaluate, prepare, SERVICE, type Signal, WITHOUT_SENTIMENT } from "./evaluate.ts";
import { gainOver, sum } from "./ranking-table.ts";
import { byScore, byStars, nothing, type Scores } from "./signals.ts";
import type { Split } from "./split.ts";

const COVERAGES = [0, 0.1, 0.25, 0.5, 0.75, 1];
const DRAWS = 3;

export interface CoverageRow {
  coverage: number;
  /** The gain in NDCG@10 over the recommender without sentiment, with the remaining stars. */
  stars: Interval;
  /** The same, with our score for the reviews without stars. */
  both: Interval;
  /** The gain of `both` over `stars`. */
  added: Interval;
}

/**
 * Removes the stars from a random part of the reviews that have them, three times. Reviews that
 * never had stars are interactions only in both cases, so at 100 % both cases are the same.
 */
export function starCoverage(split: Split, corpus: Corpus, ours: Scores): CoverageRow[] {
  const trial = prepare(split, corpus);
  const base = evaluate(trial, nothing, WITHOUT_SENTIMENT);
  const starred = trial.train.filter(({ stars }) => stars !== undefined);
  const orders = Array.from({ length: DRAWS }, (_, seed) => shuffle(starred, seed + 1));
  const score = byScore(ours);
  return COVERAGES.map((coverage) => {
    const kept = (order: Review[]) => new Set(order.slice(0, Math.round(coverage * order.length)));
    const run = (rest: Signal) =>
      sum(
        orders.map((order) => {
          const withStars = kept(order);
          const signal: Signal = (r) =>
            r.stars === undefined ? undefined : withStars.has(r) ? byStars(r) : rest(r);
          return evaluate(trial, signal, SERVICE);
        }),
      );
    const [stars, both] = [run(nothing), run(score)];
    const added = relativeGain(
      both.map((user) => user.ndcg),
      stars.map((user) => user.ndcg),
    );
    return { coverage, stars: gainOver(base, stars), both: gainOver(base, both), added };
  });
}
