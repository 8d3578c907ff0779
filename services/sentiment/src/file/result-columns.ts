import type { Scored } from "../scoring/in-order.ts";
import { Refusal } from "../scoring/refusal.ts";
import type { FileRow } from "./format.ts";

const STARS = "sentiment_stars";
const ALWAYS = ["sentiment_label", "sentiment_score", "sentiment_truncated", "sentiment_error"];
/** Every column that a row can get. */
export const RESULT_COLUMNS = [...ALWAYS, STARS];
type ResultCells = Record<string, string | number | boolean | null>;

/** The columns that rows get, in this order, in every format; `stars`: whether the model estimates them. */
export const resultColumns = (stars: boolean): readonly string[] => (stars ? RESULT_COLUMNS : ALWAYS);

/** What is added to a row. A row that failed has nothing but the error's code. */
export function resultCells(scored: Scored<FileRow>, stars: boolean): ResultCells {
  const { outcome } = scored;
  const failure = failureOf(scored);
  const score = failure === undefined && !(outcome instanceof Refusal) ? outcome : undefined;
  return {
    sentiment_label: score?.label ?? null,
    sentiment_score: score?.score ?? null,
    sentiment_truncated: score?.truncated ?? null,
    sentiment_error: failure?.code ?? null,
    ...(stars && { [STARS]: score?.stars ?? null }),
  };
}

/** Why a row has no score, if it has none. */
export function failureOf({ row, outcome }: Scored<FileRow>): { code: string; detail: string } | undefined {
  if (row.fault !== undefined) return row.fault;
  return outcome instanceof Refusal ? { code: outcome.code, detail: outcome.message } : undefined;
}
