import type { Preset } from "../preset.ts";
import { adamwUpdate, clipByGlobalNorm } from "./adamw.ts";
import type { TrainingState } from "./checkpoint.ts";
import type { Answer, Rows } from "./messages.ts";

/**
 * One optimizer step from the shards' summed gradients, in place.
 * @param weight of all texts of the batch, by which the gradient is divided
 * @param factor of the learning rates at this step
 * @returns the rows of the embedding table that changed, if it is trained
 */
export function update(
  state: TrainingState,
  answers: Answer[],
  weight: number,
  { optimizer, embeddings }: Preset,
  factor: number,
): Rows | undefined {
  const gradient = sum(answers.map((a) => a.gradient!));
  const rows = mergeRows(answers.flatMap((a) => a.rows ?? []));
  const gradients = rows ? [gradient, rows.values] : [gradient];
  for (const part of gradients) for (let i = 0; i < part.length; i++) part[i]! /= weight;
  clipByGlobalNorm(gradients, optimizer.clipNorm);

  const rate = { learningRate: optimizer.learningRate * factor, weightDecay: optimizer.weightDecay };
  state.adam.steps++;
  adamwUpdate(state.parameters, state.adam, gradient, rate, {
    offset: 0,
    gradientOffset: 0,
    size: gradient.length,
  });
  if (!rows) return undefined;

  const rowRate = { learningRate: embeddings.learningRate * factor, weightDecay: 0 };
  const depth = rows.values.length / rows.ids.length;
  state.tableAdam.steps++;
  rows.ids.forEach((id, i) => {
    const place = { offset: id * depth, gradientOffset: i * depth, size: depth };
    adamwUpdate(state.table, state.tableAdam, rows.values, rowRate, place);
    rows.values.set(state.table.subarray(id * depth, (id + 1) * depth), i * depth);
  });
  return rows;
}

function sum(parts: Float32Array[]): Float32Array {
  const [total, ...rest] = parts;
  for (const part of rest) for (let i = 0; i < total!.length; i++) total![i]! += part[i]!;
  return total!;
}

/** Joins the shards' row gradients and adds those of one word; the ids ascend. */
function mergeRows(parts: Rows[]): Rows | undefined {
  if (parts.length === 0) return undefined;
  const ids = Int32Array.from(new Set(parts.flatMap((p) => [...p.ids]))).sort();
  const depth = parts[0]!.values.length / parts[0]!.ids.length;
  const place = new Map([...ids].map((id, i) => [id, i * depth]));
  const values = new Float32Array(ids.length * depth);
  for (const part of parts) {
    part.ids.forEach((id, i) => {
      const to = place.get(id)!;
      for (let k = 0; k < depth; k++) values[to + k]! += part.values[i * depth + k]!;
    });
  }
  return { ids, values };
}
