import type { Parameter } from "../../model/parameters.ts";
import type { StarHead } from "../../model/star-head.ts";
import type { Architecture } from "../../preset.ts";
import { GraphBuilder } from "./graph.ts";
import { onnxLstmWeights } from "./lstm-weights.ts";
import { FLOAT32 } from "./precision.ts";
import { addStarOutput } from "./star-output.ts";

/** A trained network: its shape, its parameters (flat), its embedding table float32 `[words, embedding]`. */
export interface TrainedNetwork {
  architecture: Architecture;
  list: Parameter[];
  parameters: Float32Array;
  table: Float32Array;
  temperature: number;
  stars?: StarHead | undefined;
}

/** The trained network as ONNX with its temperature in the last layer: see {@link buildGraph}. */
export const exportOnnx = (net: TrainedNetwork, version: string, precision = FLOAT32): Promise<Uint8Array> =>
  buildGraph(net, precision).serialize(net.temperature, version);

/** A graph whose temperature is not decided yet. */
export interface BuiltGraph {
  /** The ONNX file, its logits divided by the temperature. */
  serialize(temperature: number, version: string): Promise<Uint8Array>;
}

/**
 * The trained network as an ONNX graph: `ids` int32 `[batch, time]`, `lengths` int32 `[batch]` -> `logits` float32
 * `[batch, 2]`, divided by the temperature, so that their softmax is the calibrated score; with a star head, `stars`
 * float32 `[batch]` too. It is built once; only the last layer's numbers depend on the temperature.
 *
 *     ids -> Transpose -> Gather -> LSTM (sequence_lens) ... -> head -> Gemm -> logits
 *                                                               └─> star head -> stars
 */
export function buildGraph(net: Omit<TrainedNetwork, "temperature">, precision = FLOAT32): BuiltGraph {
  const { architecture, list, parameters, table } = net;
  const g = new GraphBuilder();
  g.int32Input("ids", ["batch", "time"]);
  g.int32Input("lengths", ["batch"]);
  const steps = g.node("Transpose", "ids.steps", ["ids"], { perm: [1, 0] });
  let x = precision.embed(g, table, architecture.embedding, steps);
  const joined = g.int64s("joined.shape", [3], [0, 0, -1]);
  let lastStates = "";
  for (let layer = 0; layer < architecture.layers; layer++) {
    const name = `lstm.${layer}`;
    lastStates = `${name}.last`;
    const weights = onnxLstmWeights(list, parameters, layer);
    precision.lstm(g, name, x, weights, [`${name}.states`, lastStates]);
    const batchFirst = g.node("Transpose", `${name}.transposed`, [`${name}.states`], { perm: [0, 2, 1, 3] });
    x = g.node("Reshape", `${name}.joined`, [batchFirst, joined]); // [time, batch, directions * units]
  }
  const features = architecture.head === "pool" ? pool(g, x, lastStates) : firstAndLast(g, x);
  const lastLayer = ["dense.kernel", "dense.bias"].map((name) => {
    const { offset, size, shape } = list.find((p) => p.name === name)!;
    const values = parameters.slice(offset, offset + size);
    return { name: g.floats(name, shape, values), values };
  });
  g.node("Gemm", "logits", [features, ...lastLayer.map(({ name }) => name)]);
  g.floatOutput("logits", ["batch", 2]);
  if (net.stars) addStarOutput(g, features, net.stars);
  return {
    serialize(temperature, version) {
      for (const { name, values } of lastLayer)
        g.setFloats(
          name,
          values.map((value) => value / temperature),
        );
      return g.serialize(version);
    },
  };
}

/** int32 `[time, 1, 1]` step numbers and `[1, batch, 1]` lengths, to be compared. */
function stepsAndLengths(g: GraphBuilder): [string, string] {
  const time = g.node("Gather", "time", [g.node("Shape", "ids.shape", ["ids"]), g.int64s("one", [], [1])]);
  const count = g.node("Cast", "time.int32", [time], { to: 6 });
  const steps = g.node("Range", "steps", [g.int32s("from", [], [0]), count, g.int32s("by", [], [1])]);
  const column = g.int64s("column.axes", [2], [1, 2]);
  const row = g.int64s("row.axes", [2], [0, 2]);
  return [
    g.node("Unsqueeze", "steps.column", [steps, column]),
    g.node("Unsqueeze", "lengths.row", ["lengths", row]),
  ];
}

/** Masked mean and max over time, and the last states: `[batch, 3 * directions * units]`. */
function pool(g: GraphBuilder, x: string, lastStates: string): string {
  const mask = g.node("Less", "mask", stepsAndLengths(g));
  const first = g.int64s("time.axis", [1], [0]);
  const zeroed = g.node("Where", "zeroed", [mask, x, g.floats("zero", [], Float32Array.of(0))]);
  const sum = g.node("ReduceSum", "sum", [zeroed, first], { keepdims: 0 });
  const length = g.node("Unsqueeze", "lengths.column", [
    g.node("Cast", "lengths.float", ["lengths"], { to: 1 }),
    g.int64s("last.axis", [1], [1]),
  ]);
  const mean = g.node("Div", "mean", [sum, length]);
  const lowered = g.node("Where", "lowered", [mask, x, g.floats("below", [], Float32Array.of(-4))]);
  const max = g.node("ReduceMax", "max", [lowered], { axes: [0], keepdims: 0 });
  const rows = g.node("Transpose", "last.rows", [lastStates], { perm: [1, 0, 2] });
  const last = g.node("Reshape", "last", [rows, g.int64s("last.shape", [2], [0, -1])]);
  return g.node("Concat", "features", [mean, max, last], { axis: 1 });
}

/** Outputs of the first and of each row's last step: `[batch, 2 * directions * units]`. */
function firstAndLast(g: GraphBuilder, x: string): string {
  const first = g.node("Gather", "first", [x, g.int64s("zero.step", [], [0])], { axis: 0 });
  const [steps, lengths] = stepsAndLengths(g);
  const end = g.node("Sub", "ends", [lengths, g.int32s("one.step", [], [1])]);
  const only = g.node("Where", "only.last", [
    g.node("Equal", "at.end", [steps, end]),
    x,
    g.floats("nothing", [], Float32Array.of(0)),
  ]);
  const last = g.node("ReduceSum", "last", [only, g.int64s("time.axis", [1], [0])], { keepdims: 0 });
  return g.node("Concat", "features", [first, last], { axis: 1 });
}
