import { COMMON_PROBLEMS, type ProblemTable } from "@undertone/base";

/** The codes of errors that one item of POST /feedback can have; the other items are stored. */
const ITEM_PROBLEMS = {
  invalid_item: { status: 422, title: "The item is not an object with the documented fields." },
  invalid_id: {
    status: 422,
    title: "The user or item id is missing, empty, too long, or has a control character.",
  },
  invalid_rating: { status: 422, title: "The rating is not a number from 1 to 5." },
  invalid_text: {
    status: 422,
    title: "The text is not a string, or it has a NUL or half of a surrogate pair, which cannot be stored.",
  },
  text_too_long: { status: 422, title: "The text is longer than this service stores." },
  invalid_at: { status: 422, title: "The time is not a time that exists, or it is in the future." },
} as const satisfies ProblemTable;

export type ItemErrorCode = keyof typeof ITEM_PROBLEMS;
export const ITEM_ERROR_CODES = Object.keys(ITEM_PROBLEMS) as ItemErrorCode[];

/** Every code that this service answers with. */
export const PROBLEMS = {
  ...COMMON_PROBLEMS,
  invalid_query: { status: 400, title: "The path or the query does not match the schema." },
  unknown_item: { status: 404, title: "There is no such item." },
  ...ITEM_PROBLEMS,
  storage_unavailable: {
    status: 503,
    title: "The database cannot be used now; send the request again later.",
  },
} as const satisfies ProblemTable;

export type ProblemCode = keyof typeof PROBLEMS;

/** The codes that every reading route can answer with, and those of every writing route. */
export const READ_PROBLEMS: ProblemCode[] = [
  "internal",
  "draining",
  "storage_unavailable",
  "deadline_exceeded",
];
export const WRITE_PROBLEMS: ProblemCode[] = [...READ_PROBLEMS, "overloaded"];
