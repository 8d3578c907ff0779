import type { Encoder } from "@undertone/models";
import { generator } from "../random.ts";
import { sample } from "./perturbations.ts";

const REVIEWS = 200;
const REMOVED = 5;
const DRAWS = 5;

/**
 * How much removing words changes a score: the mean absolute change of the score and of its
 * log-odds.
 */
export interface Movement {
  score: number;
  logOdds: number;
}

export interface Attribution {
  reviews: number;
  removed: number;
  /**
   * The words with the largest contribution to the given label, found by leaving out one at a time
   * as POST /sentiment/explain does.
   */
  top: Movement;
  /** As many words, chosen by a fixed seed; the mean of 5 draws. */
  random: Movement;
  /** The share of the reviews in which the top words change the score more than the random ones. */
  topMovesMore: number;
}

export interface Attributed {
  encoder: Encoder;
  /**
   * The kept ids of each validation review, int32 `[scored]`, or `[maximumLength]` with a fixed
   * length.
   */
  rows: readonly Int32Array[];
  /** P(positive) of each row, by the published graph. */
  score(rows: readonly Int32Array[]): Promise<Float64Array>;
}

const logOdds = (p: number) => Math.log(p / (1 - p));
const mean = (numbers: readonly number[]) => numbers.reduce((sum, x) => sum + x, 0) / numbers.length;

/**
 * Measures whether a score rests on the words that an explanation names: comprehensiveness (DeYoung
 * et al. 2020, ERASER) compared with random words of the same reviews. Uses at most 200 reviews of
 * at least 10 words; undefined if there are none.
 */
export async function attribution({ encoder, rows, score }: Attributed): Promise<Attribution | undefined> {
  const wordsOf = (ids: Int32Array) => [...ids.keys()].filter((place) => encoder.isWord(ids[place]!));
  const reviews = sample(rows, rows.length)
    .map((row) => row.filter((id) => id !== 0)) // the padding of a fixed length
    .map((ids) => ({ ids, words: wordsOf(ids) }))
    .filter(({ words }) => words.length >= 2 * REMOVED)
    .slice(0, REVIEWS);
  if (reviews.length === 0) return undefined;
  const without = (ids: Int32Array, places: readonly number[]) => {
    const gone = new Set(places);
    return encoder.row(ids.filter((_, place) => !gone.has(place)));
  };

  const whole = await score(reviews.map(({ ids }) => encoder.row(ids)));
  const singly = await score(
    reviews.flatMap(({ ids, words }) => words.map((place) => without(ids, [place]))),
  );
  let at = 0;
  const removals = reviews.flatMap(({ ids, words }, i) => {
    const rests = words.map((place) => ({ place, p: singly[at++]! }));
    const towards = whole[i]! >= 0.5 ? 1 : -1;
    const top = rests.sort((a, b) => towards * (a.p - b.p)).slice(0, REMOVED);
    const draws = Array.from({ length: DRAWS }, (_, draw) => chosen(words, DRAWS * i + draw));
    return [top.map(({ place }) => place), ...draws].map((places) => without(ids, places));
  });
  const after = await score(removals);

  const movements = reviews.map((_, i) => {
    const moved = [...after.subarray(i * (1 + DRAWS), (i + 1) * (1 + DRAWS))].map((p) => ({
      score: Math.abs(p - whole[i]!),
      logOdds: Math.abs(logOdds(p) - logOdds(whole[i]!)),
    }));
    return { top: moved[0]!, random: meanMovement(moved.slice(1)) };
  });
  return {
    reviews: reviews.length,
    removed: REMOVED,
    top: meanMovement(movements.map(({ top }) => top)),
    random: meanMovement(movements.map(({ random }) => random)),
    topMovesMore: mean(movements.map(({ top, random }) => Number(top.score > random.score))),
  };
}

/** As many places as are removed, chosen at random; a pure function of the seed. */
function chosen(places: readonly number[], seed: number): number[] {
  const random = generator(seed);
  const left = [...places];
  return Array.from({ length: REMOVED }, () => left.splice(Math.floor(random() * left.length), 1)[0]!);
}

const meanMovement = (movements: readonly Movement[]): Movement => ({
  score: mean(movements.map(({ score }) => score)),
  logOdds: mean(movements.map(({ logOdds }) => logOdds)),
});
