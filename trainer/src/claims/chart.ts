import type { TopLevelSpec } from "vega-lite";
import { draw } from "../report/charts.ts";

export interface ReachPoint {
  net: string;
  moment: string;
  /** Steps from the word to the last one. */
  distance: number;
  /** Gradient at the word over the gradient at the last word. */
  relative: number;
}

/** Below this a curve is not drawn: float32 knows no smaller number than 1e-45, and nobody needs to see it. */
const FLOOR = 1e-9;

/** The gradient that reaches a word over its distance from the last one, as SVG. */
export const reachChart = (points: ReachPoint[]): Promise<string> =>
  draw({
    title: "Gradient at a word, relative to the last word's",
    data: { values: points.filter(({ relative }) => relative >= FLOOR) },
    mark: { type: "line" },
    encoding: {
      x: { field: "distance", type: "quantitative", title: "steps back from the last word" },
      y: {
        field: "relative",
        type: "quantitative",
        title: "relative gradient norm (log scale)",
        scale: { type: "log", domainMin: FLOOR },
        axis: { format: "~e" },
      },
      color: { field: "net", type: "nominal", title: null, sort: null, scale: { scheme: "dark2" } },
      strokeDash: { field: "moment", type: "nominal", title: null, sort: null },
    },
  } as Partial<TopLevelSpec>);
