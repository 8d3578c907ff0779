import { COMMON_PROBLEMS, Problem, type ProblemTable } from "@undertone/base";
import type { TableErrorCode } from "@undertone/tables";
import { type Refusal, type RefusalCode, TEXT_FAULTS } from "../scoring/refusal.ts";

/** Why a file cannot be read, or cannot be read to its end. */
export const FILE_PROBLEMS = {
  empty_file: { status: 400, title: "The file is empty." },
  no_rows: { status: 400, title: "The file has no rows." },
  not_a_table: { status: 400, title: "The file is not a table." },
  invalid_compression: { status: 400, title: "The file cannot be unpacked." },
  invalid_encoding: { status: 400, title: "The file has bytes that its encoding does not allow." },
  invalid_column_names: { status: 400, title: "The file's header cannot be used." },
  invalid_option: { status: 400, title: "A parameter cannot be used for this file." },
  missing_column: { status: 400, title: "The file has no such column." },
  duplicate_column: { status: 400, title: "The file has the same column twice." },
  too_many_columns: { status: 400, title: "The file has too many columns." },
  unclosed_quote: { status: 400, title: "The file has a quote that is never closed." },
  record_too_long: { status: 400, title: "The file has a row that is too long." },
  invalid_json: { status: 400, title: "The file is not valid JSON or JSON Lines." },
} as const satisfies ProblemTable & Record<Exclude<TableErrorCode, "too_many_bytes">, unknown>;

/** Every code this service answers with. */
export const PROBLEMS = {
  ...COMMON_PROBLEMS,
  ...FILE_PROBLEMS,
  invalid_query: { status: 400, title: "The query does not match the schema." },
  invalid_item: { status: 422, title: "The item does not match the schema." },
  empty_text: { status: 422, title: "The text is empty." },
  no_known_words: { status: 422, title: "The model knows no word of the text." },
  no_opinion: { status: 422, title: "The text is a placeholder for a missing review." },
  not_english: { status: 422, title: "The text is not in English." },
  few_known_words: { status: 422, title: "The model knows fewer than half of the text's words." },
  unscorable_text: { status: 422, title: "Scoring the text failed twice." },
  text_too_long: { status: 422, title: "The text is longer than this service scores." },
} as const satisfies ProblemTable & Record<RefusalCode, unknown>;

/** The problems of a route that reads one text. */
export const ONE_TEXT_PROBLEMS: (keyof typeof PROBLEMS)[] = [
  "invalid_body",
  "invalid_query",
  "invalid_header",
  "body_too_large",
  "unsupported_media_type",
  ...TEXT_FAULTS,
  "internal",
  "overloaded",
  "draining",
  "deadline_exceeded",
];

export function toProblem({ code, message, retryAfter }: Refusal): Problem {
  return new Problem(code, message, retryAfter === undefined ? {} : { "retry-after": String(retryAfter) });
}
