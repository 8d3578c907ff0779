import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

const WIDTH = 420;
const HEIGHT = 260;
const BLUE = "#0072b2";

/** Draws a Vega-Lite chart as SVG text. The same data gives the same text. */
export const draw = (spec: Partial<TopLevelSpec>): Promise<string> =>
  new vega.View(
    vega.parse(
      compile({
        width: WIDTH,
        height: HEIGHT,
        background: "white",
        config: { mark: { color: BLUE }, range: { category: [BLUE, "#d55e00"] } },
        ...spec,
      } as TopLevelSpec).spec,
    ),
    { renderer: "none" },
  ).toSVG();

const quantitative = "quantitative" as const;
const share = (field: string, title: string, zero: boolean) => ({
  field,
  type: quantitative,
  title,
  axis: { format: "%" },
  scale: { zero },
});

export interface EpochPoint {
  epoch: number;
  validationAccuracy: number;
  validationAuc: number;
}

export const curves = (history: EpochPoint[]): Promise<string> =>
  draw({
    title: "Validation by epoch, means of the domains",
    data: {
      values: history.flatMap(({ epoch, validationAccuracy, validationAuc }) => [
        { epoch, figure: "accuracy", share: validationAccuracy },
        { epoch, figure: "AUC", share: validationAuc },
      ]),
    },
    mark: { type: "line", point: true },
    encoding: {
      x: { field: "epoch", type: "ordinal", axis: { labelAngle: 0 } },
      y: share("share", "accuracy, AUC", false),
      color: { field: "figure", type: "nominal", title: null },
    },
  } as Partial<TopLevelSpec>);

export const confusionMatrix = (cells: { truth: string; said: string; rows: number }[]): Promise<string> =>
  draw({
    title: "Test reviews by truth and answer",
    width: HEIGHT,
    data: { values: cells },
    encoding: {
      x: { field: "said", type: "nominal", title: "answer", axis: { labelAngle: 0 } },
      y: { field: "truth", type: "nominal", title: "truth" },
    },
    layer: [
      {
        mark: "rect",
        encoding: { color: { field: "rows", type: quantitative, scale: { scheme: "blues" } } },
      },
      {
        mark: { type: "text", fontSize: 16, stroke: "white", strokeWidth: 3, color: "white" },
        encoding: { text: { field: "rows", type: quantitative, format: "," } },
      },
      {
        mark: { type: "text", fontSize: 16, color: "black" },
        encoding: { text: { field: "rows", type: quantitative, format: "," } },
      },
    ],
  } as Partial<TopLevelSpec>);

export const reliabilityDiagram = (
  bins: { confidence: number; accuracy: number; count: number }[],
): Promise<string> =>
  draw({
    title: "Reliability: accuracy where the model is so sure",
    layer: [
      {
        data: { values: [0.5, 1].map((v) => ({ confidence: v, accuracy: v })) },
        mark: { type: "line", strokeDash: [4, 4], color: "gray" },
        encoding: {
          x: share("confidence", "confidence", false),
          y: share("accuracy", "accuracy", false),
        },
      },
      {
        data: { values: bins },
        mark: { type: "point", filled: true },
        encoding: {
          x: share("confidence", "confidence", false),
          y: share("accuracy", "accuracy", false),
          size: { field: "count", type: quantitative, title: "reviews" },
        },
      },
    ],
  } as Partial<TopLevelSpec>);

export const bars = (title: string, x: string, values: { group: string; share: number }[]): Promise<string> =>
  draw({
    title,
    data: { values },
    layer: [
      { mark: "bar" },
      {
        mark: { type: "text", dy: -6, color: "black" },
        encoding: { text: { field: "share", format: ".1%" } },
      },
    ],
    encoding: {
      x: { field: "group", type: "ordinal", title: x, sort: null, axis: { labelAngle: 0 } },
      y: share("share", "share", true),
    },
  } as Partial<TopLevelSpec>);

/** Named points: accuracy by throughput in reviews/s, on a logarithmic scale. */
export const scatter = (
  title: string,
  points: { name: string; accuracy: number; rate: number }[],
): Promise<string> => {
  const names = { field: "name", type: "nominal" as const, title: null, sort: null };
  return draw({
    title,
    data: { values: points },
    mark: { type: "point", filled: true, size: 110, opacity: 1 },
    encoding: {
      x: {
        field: "rate",
        type: quantitative,
        title: "reviews/s (log scale)",
        scale: { type: "log", domainMin: 100 },
        axis: { format: "~s" },
      },
      y: share("accuracy", "accuracy", false),
      color: { ...names, scale: { scheme: "dark2" } },
      shape: names,
    },
  } as Partial<TopLevelSpec>);
};
