import type { TopLevelSpec } from "vega-lite";
import { draw } from "../../src/report/charts.ts";

export interface ReachPoint {
  net: string;
  moment: string;
  /** Steps from the word to the last one. */
  distance: number;
  /** Gradient at the word over the gradient at the last word. */
  relative: number;
}

/** The lower end of the plot. The smallest float32 is 1e-45. */
const FLOOR = 1e-12;

/**
 * Replaces zero, which has no logarithm: far below the plot, so that the curve leaves it downwards.
 */
const NOTHING = 1e-45;

/** The gradient that reaches a word, by its distance from the last word, as SVG. */
export const reachChart = (points: ReachPoint[]): Promise<string> =>
  draw({
    title: "Gradient at a word, relative to the last word's",
    data: {
      values: points.map((point) => ({ ...point, relative: Math.max(NOTHING, point.relative) })),
    },
    mark: { type: "line", clip: true },
    encoding: {
      x: { field: "distance", type: "quantitative", title: "steps back from the last word" },
      y: {
        field: "relative",
        type: "quantitative",
        title: "relative gradient norm (log scale)",
        scale: { type: "log", domain: [FLOOR, 10] },
        axis: { format: "~e", tickCount: 7 },
      },
      color: { field: "net", type: "nominal", title: null, sort: null, scale: { scheme: "dark2" } },
      strokeDash: { field: "moment", type: "nominal", title: null, sort: null },
    },
  } as Partial<TopLevelSpec>);
