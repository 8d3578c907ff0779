import type { Interval } from "./bootstrap.ts";
import type { Corpus } from "./corpus.ts";
import { evaluate, prepare, type Trial } from "./evaluate.ts";
import { gainOver } from "./ranking-table.ts";
import { byScore, nothing, type Scores } from "./signals.ts";
import { lastOfEachUser, type Split } from "./split.ts";

export interface GammaRow {
  gamma: number;
  /** Gain in NDCG@10 over kNN on interactions; right is a held-out item that the user liked. */
  liked: Interval;
  /** The same where every held-out item is right, liked or not. */
  reviewed: Interval;
}

/** What each gamma gains with our score on the training reviews alone, whose own last 20 % of each user are held out. */
export function gammasInTraining({ train }: Split, corpus: Corpus, ours: Scores): GammaRow[] {
  const trial = prepare(lastOfEachUser({ ...corpus, reviews: train }), corpus);
  const trials = { liked: trial, reviewed: everyItemRight(trial) };
  const signal = byScore(ours);
  const gain = (of: Trial, gamma: number) => gainOver(evaluate(of, nothing, 0), evaluate(of, signal, gamma));
  return [0.5, 1, 1.5, 2, 3, 4].map((gamma) => ({
    gamma,
    liked: gain(trials.liked, gamma),
    reviewed: gain(trials.reviewed, gamma),
  }));
}

const everyItemRight = (trial: Trial): Trial => ({
  ...trial,
  users: trial.users.map(({ history, heldOut }) => ({
    history,
    heldOut: new Map([...heldOut.keys()].map((item) => [item, true])),
  })),
});
