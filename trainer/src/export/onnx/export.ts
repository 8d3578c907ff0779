import type { RatingScale } from "../../model/rating-scale.ts";
import type { TrainedNetwork } from "../network.ts";
import { addChunks, WHOLE_TEXTS } from "./chunk-rows.ts";
import { GraphBuilder } from "./graph.ts";
import { firstAndLast, pool } from "./heads.ts";
import { addLinearTerm } from "./linear-term.ts";
import { onnxLstmWeights } from "./lstm-weights.ts";
import { addOrdinalOutputs } from "./outputs.ts";

/** What turns a network into a graph beside its weights. */
export interface ExportOptions {
  /**
   * All log-odds are divided by it, and those of the logits moved by the shift, so that their
   * softmax is the calibrated score.
   */
  temperature: number;
  shift: number;
  scale: RatingScale;
  /** The producer's version that the file states. */
  version: string;
}

/**
 * Exports the trained network as ONNX. Inputs: `ids` int32 `[batch, time]` and `lengths` int32
 * `[batch]`. Outputs: `logits` float32 `[batch, 2]` and, for an ordinal output of more than two
 * ratings, `stars` float32 `[batch]`. Embedding tables are stored as float16.
 *
 *     ids -> chunks -> Transpose -> Gather -> LSTM (sequence_lens) ... -> head -> latent value -> logits
 *     └────> n-grams -> Gather -> Sum ──────────────────────────────────────────────┘      └──> stars
 */
export async function exportOnnx(
  net: TrainedNetwork,
  { temperature, shift, scale, version }: ExportOptions,
): Promise<Uint8Array> {
  const { architecture, list, parameters, table, ngrams, layout } = net;
  const { embedding, units, bidirectional, chunkLength } = architecture;
  const g = new GraphBuilder();
  g.int32Input("ids", ["batch", "time"]);
  g.int32Input("lengths", ["batch"]);
  const rows = chunkLength === null ? WHOLE_TEXTS : addChunks(g, chunkLength);
  const steps = g.node("Transpose", "steps.ids", [rows.ids], { perm: [1, 0] });
  let x = g.float16Rows("embedding", [table.length / embedding, embedding], table, steps);
  const joined = g.int64s("joined.shape", [3], [0, 0, -1]);
  for (let layer = 0; layer < architecture.layers; layer++) {
    const name = `lstm.${layer}`;
    const { w, r, b, directions, depth } = onnxLstmWeights(list, parameters, layer);
    const inputs = [
      x,
      g.floats(`${name}.w`, [directions, 4 * units, depth], w),
      g.floats(`${name}.r`, [directions, 4 * units, units], r),
      g.floats(`${name}.b`, [directions, 8 * units], b),
      rows.lengths,
    ];
    const states = g.node("LSTM", `${name}.states`, inputs, {
      hidden_size: units,
      direction: bidirectional ? "bidirectional" : "forward",
    });
    const batchFirst = g.node("Transpose", `${name}.transposed`, [states], { perm: [0, 2, 1, 3] });
    x = g.node("Reshape", `${name}.joined`, [batchFirst, joined]); // [time, rows, directions * units]
  }
  const width = (bidirectional ? 2 : 1) * units;
  const features = architecture.head === "pool" ? pool(g, x, rows, width) : firstAndLast(g, x, rows);
  const weights = (name: string) => {
    const { offset, size, shape } = list.find((p) => p.name === name)!;
    return { shape, values: parameters.slice(offset, offset + size).map((v) => v / temperature) };
  };
  const kernel = weights("dense.kernel");
  const dense = g.floats("dense.kernel", kernel.shape, kernel.values);
  if (architecture.output === "classes") {
    const [negative, positive] = weights("dense.bias").values;
    const biases = Float32Array.of(negative! - shift / 2, positive! + shift / 2);
    const bias = g.floats("dense.bias", [2], biases);
    g.node("Gemm", "logits", [features, dense, bias]);
    g.floatOutput("logits", ["batch", 2]);
  } else {
    const read = g.node("MatMul", "read", [features, dense]);
    const latent = layout
      ? g.node("Add", "latent", [read, addLinearTerm(g, ngrams, layout, 1 / temperature)])
      : read;
    addOrdinalOutputs(g, latent, weights("thresholds").values, { ...scale, shift });
  }
  return g.serialize(version);
}
