import type { Row } from "./record.ts";

/** The mean, and the sample standard deviation if there are at least two values. */
export interface Spread {
  mean: number;
  deviation?: number;
  count: number;
}

/** The rows of one recipe on the same data. */
export interface Group {
  rows: Row[];
  accuracy: Spread;
  ece: Spread;
  minutes: Spread;
  reviewsPerSecond: Spread;
  /**
   * The accuracy minus that of the baseline with the same fold and seed, averaged over these pairs.
   * Its standard error is the standard deviation of the differences divided by the root of their
   * number. Absent for the baseline, and if there are no pairs.
   */
  gain?: Spread & { standardError?: number };
}

export function spread(values: number[]): Spread {
  const count = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / count;
  if (count < 2) return { mean, count };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / (count - 1)), count };
}

/** Groups rows by data and recipe, in the order in which they were first seen. */
export function groupsOf(rows: Row[]): Group[] {
  const byRecipe = new Map<string, Row[]>();
  for (const row of rows) {
    const key = `${row.data} ${row.recipe}`;
    byRecipe.set(key, [...(byRecipe.get(key) ?? []), row]);
  }
  return [...byRecipe.values()].map((members) => {
    const { data, recipe, baseline } = members[0]!;
    const rivals = recipe === baseline ? [] : (byRecipe.get(`${data} ${baseline}`) ?? []);
    const of = (field: "accuracy" | "ece" | "minutes" | "reviewsPerSecond") =>
      spread(members.map((row) => row[field]));
    const differences = members.flatMap(({ fold, seed, accuracy }) =>
      rivals
        .filter((rival) => rival.fold === fold && rival.seed === seed)
        .map((rival) => accuracy - rival.accuracy),
    );
    return {
      rows: members,
      accuracy: of("accuracy"),
      ece: of("ece"),
      minutes: of("minutes"),
      reviewsPerSecond: of("reviewsPerSecond"),
      ...(differences.length > 0 && { gain: withError(spread(differences)) }),
    };
  });
}

const withError = (found: Spread) =>
  found.deviation === undefined
    ? found
    : { ...found, standardError: found.deviation / Math.sqrt(found.count) };
