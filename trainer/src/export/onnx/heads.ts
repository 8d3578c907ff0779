import type { ChunkRows } from "./chunk-rows.ts";
import type { GraphBuilder } from "./graph.ts";

/** int32 `[time, 1, 1]` step numbers and `[1, rows, 1]` lengths, to be compared. */
function stepsAndLengths(g: GraphBuilder, { ids, lengths }: ChunkRows): [string, string] {
  const shape = g.node("Shape", "rows.shape", [ids]);
  const time = g.node("Gather", "rows.time", [shape, g.int64s("rows.second", [], [1])]);
  const range = [g.int32s("rows.from", [], [0]), g.toInt32("rows.count", time), g.int32s("rows.by", [], [1])];
  const column = g.int64s("rows.column", [3], [-1, 1, 1]);
  const row = g.int64s("rows.row", [3], [1, -1, 1]);
  return [
    g.node("Reshape", "steps.column", [g.node("Range", "steps", range), column]),
    g.node("Reshape", "lengths.row", [lengths, row]),
  ];
}

/** Mean and maximum over the true steps of all of a text's chunks: `[texts, 2 * width]`. */
export function pool(g: GraphBuilder, x: string, rows: ChunkRows, width: number): string {
  const mask = g.node("Less", "mask", stepsAndLengths(g, rows));
  const shape = g.node(
    "Concat",
    "texts.shape",
    [
      g.int64s("texts.count", [1], [-1]),
      rows.chunks ?? g.int64s("one.chunk", [1], [1]),
      g.int64s("texts.width", [1], [width]),
    ],
    { axis: 0 },
  );
  const perText = (name: string, perChunk: string) => g.node("Reshape", name, [perChunk, shape]);
  const masked = (name: string, value: number) =>
    g.node("Where", name, [mask, x, g.floats(`${name}.value`, [], Float32Array.of(value))]);
  const sum = (name: string, values: string, axis: number) =>
    g.node("ReduceSum", name, [values, g.int64s(`${name}.axis`, [1], [axis])], { keepdims: 0 });
  const max = (name: string, values: string, axis: number) =>
    g.node("ReduceMax", name, [values], { axes: [axis], keepdims: 0 });
  const total = sum("sum", perText("sums", sum("chunk.sum", masked("zeroed", 0), 0)), 1);
  const length = g.node("Unsqueeze", "lengths.column", [
    g.toFloat("lengths.float", "lengths"),
    g.int64s("last.axis", [1], [1]),
  ]);
  const lowered = masked("lowered", -4); // states lie in (-1, 1): -4 never wins
  const largest = max("max", perText("maxima", max("chunk.max", lowered, 0)), 1);
  return g.node("Concat", "features", [g.node("Div", "mean", [total, length]), largest], { axis: 1 });
}

/** Outputs of the first and of each row's last step: `[rows, 2 * width]`. */
export function firstAndLast(g: GraphBuilder, x: string, rows: ChunkRows): string {
  const first = g.node("Gather", "first", [x, g.int64s("zero.step", [], [0])], { axis: 0 });
  const [steps, lengths] = stepsAndLengths(g, rows);
  const end = g.node("Sub", "ends", [lengths, g.int32s("one.step", [], [1])]);
  const only = g.node("Where", "only.last", [
    g.node("Equal", "at.end", [steps, end]),
    x,
    g.floats("nothing", [], Float32Array.of(0)),
  ]);
  const last = g.node("ReduceSum", "last", [only, g.int64s("time.axis", [1], [0])], { keepdims: 0 });
  return g.node("Concat", "features", [first, last], { axis: 1 });
}
