import { scatter } from "../../../trainer/src/report/charts.ts";

/** Accuracy on the IMDB test split over throughput in reviews/s (log scale), as SVG. */
export const frontier = (rows: { name: string; test: number; rate: number }[]): Promise<string> =>
  scatter(
    "IMDB test accuracy over speed, one core",
    rows.map(({ name, test, rate }) => ({ name, accuracy: test, rate })),
  );
