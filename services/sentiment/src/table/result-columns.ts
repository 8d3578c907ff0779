import type { Scored } from "../scoring/in-order.ts";
import { Refusal } from "../scoring/refusal.ts";
import type { TableRow } from "./rows.ts";

const COLUMNS = ["label", "score", "truncated", "warnings", "error"];

/**
 * The result columns, in this order, in every format. `stars`: whether the model estimates them.
 */
export function resultColumns(prefix: string, stars: boolean): readonly string[] {
  return [...COLUMNS, ...(stars ? ["stars"] : [])].map((name) => `${prefix}${name}`);
}

/** A row's values for the result columns. A failed row has only the error code. */
export function resultCells(scored: Scored<TableRow>, stars: boolean): (string | number | boolean | null)[] {
  const { outcome } = scored;
  const failure = failureOf(scored);
  const score = failure === undefined && !(outcome instanceof Refusal) ? outcome : undefined;
  return [
    score?.label ?? null,
    score?.score ?? null,
    score?.truncated ?? null,
    score?.warnings?.join(" ") ?? null,
    failure?.code ?? null,
    ...(stars ? [score?.stars ?? null] : []),
  ];
}

/** The error code of a row; undefined if it has a score. */
export function failureOf({ row, outcome }: Scored<TableRow>): { code: string; detail: string } | undefined {
  const { fault } = row;
  if (fault !== undefined) return fault;
  return outcome instanceof Refusal ? { code: outcome.code, detail: outcome.message } : undefined;
}
