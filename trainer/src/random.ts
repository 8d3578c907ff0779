import { uniformFloat64 } from "pure-rand/distribution/uniformFloat64";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** Uniform numbers in [0, 1), a pure function of the seed. */
export function generator(seed: number): () => number {
  const state = xoroshiro128plus(seed);
  return () => uniformFloat64(state);
}

/** A shuffled copy (Fisher and Yates), a pure function of the seed. */
export function shuffle<T>(list: readonly T[], seed: number): T[] {
  const state = xoroshiro128plus(seed);
  const result = [...list];
  for (let i = result.length - 1; i > 0; i--) {
    const j = uniformInt(state, 0, i);
    [result[i], result[j]] = [result[j]!, result[i]!];
  }
  return result;
}
