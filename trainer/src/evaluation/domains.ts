import { accuracy, areaUnderCurve, expectedCalibrationError, logLoss } from "./metrics.ts";

/**
 * Encoded reviews with their labels (1 positive, 0 negative) and ratings. `boundary` is the middle
 * of the scale.
 */
export interface Rated {
  ids: Int32Array[];
  labels: number[];
  ratings: number[];
  domains: string[];
  /** The highest rating that is not positive, which some figures leave out: 3 of 5 stars. */
  neutral: number | null;
}

export interface DomainMetrics {
  domain: string;
  rows: number;
  /** Accuracy and AUC without the neutral ratings; log loss and ECE of all. */
  accuracy: number;
  auc: number;
  loss: number;
  ece: number;
}

/** The figures of each domain, in alphabetical order. */
export function domainMetrics(
  p: Float64Array,
  { labels, ratings, domains, neutral }: Omit<Rated, "ids">,
): DomainMetrics[] {
  return [...new Set(domains)].sort().map((domain) => {
    const rows = [...domains.keys()].filter((row) => domains[row] === domain);
    const clear = rows.filter((row) => ratings[row] !== neutral);
    const scores = (chosen: number[]) => Float64Array.from(chosen, (row) => p[row]!);
    const truth = (chosen: number[]) => chosen.map((row) => labels[row]!);
    return {
      domain,
      rows: rows.length,
      accuracy: accuracy(scores(clear), truth(clear)),
      auc: areaUnderCurve(scores(clear), truth(clear)),
      loss: logLoss(scores(rows), truth(rows)),
      ece: expectedCalibrationError(scores(rows), truth(rows)),
    };
  });
}

/** The mean over the domains, all with the same weight. */
export function macroMetrics(p: Float64Array, rated: Omit<Rated, "ids">) {
  const found = domainMetrics(p, rated);
  const mean = (field: "accuracy" | "auc" | "loss" | "ece") =>
    found.reduce((sum, metrics) => sum + metrics[field], 0) / found.length;
  return { accuracy: mean("accuracy"), auc: mean("auc"), loss: mean("loss"), ece: mean("ece") };
}
