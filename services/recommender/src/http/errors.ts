import { COMMON_PROBLEMS, type ProblemTable } from "@undertone/base";

/** Every code this service answers with. */
export const PROBLEMS = {
  ...COMMON_PROBLEMS,
  invalid_query: { status: 400, title: "The path or the query is not what the schema says." },
  unknown_item: { status: 404, title: "No feedback has named this item." },
  invalid_at: { status: 422, title: "The time does not exist." },
  invalid_text: {
    status: 422,
    title: "The text holds a NUL or half of a surrogate pair, which cannot be stored.",
  },
  text_too_long: { status: 422, title: "The text is longer than this service stores." },
  storage_unavailable: { status: 503, title: "The database does not answer." },
} as const satisfies ProblemTable;

export type ProblemCode = keyof typeof PROBLEMS;

/** What any route that reads, and any route that writes, can answer with. */
export const READ_PROBLEMS: ProblemCode[] = ["internal", "draining", "deadline_exceeded"];
export const WRITE_PROBLEMS: ProblemCode[] = [...READ_PROBLEMS, "overloaded"];
