import { toUSVString } from "node:util";
import type { TableOptions } from "./options.ts";

export type TableErrorCode =
  | "empty_file"
  | "no_rows"
  | "not_a_table"
  | "invalid_compression"
  | "invalid_encoding"
  | "invalid_column_names"
  | "invalid_option"
  | "missing_column"
  | "duplicate_column"
  | "unclosed_quote"
  | "record_too_long"
  | "too_many_columns"
  | "too_many_bytes"
  | "invalid_json";

export interface Advice {
  option: keyof TableOptions | "textColumn" | "resultPrefix" | "outputEncoding";
  /** Absent if the option takes no value, or if the user has to choose it. */
  value?: string;
}

/**
 * A table cannot be read, or its reading cannot continue. The message says what is wrong, where, and
 * what was expected. It never has the content of the file, except for the names of columns, which are
 * shortened and escaped.
 */
export class TableError extends Error {
  readonly code: TableErrorCode;
  /** Options that may help. `adviseAs` adds them to the message, as a command or a request names them. */
  readonly advice: readonly Advice[];

  constructor(code: TableErrorCode, message: string, advice: readonly Advice[] = []) {
    super(message);
    this.name = "TableError";
    this.code = code;
    this.advice = advice;
  }

  /** The message with its advice, each option written by `write`. */
  adviseAs(write: (advice: Advice) => string): string {
    if (this.advice.length === 0) return this.message;
    return `${this.message} Try ${this.advice.map(write).join(", or ")}.`;
  }
}

/** The detail of a fault with its line in front: "Line 3, column 5: ...". */
export function atLine(line: number, detail: string): string {
  return `Line ${line}${detail.startsWith("Column ") ? `, c${detail.slice(1)}` : `: ${detail}`}`;
}

const MAX_NAMES = 10;
const LONGEST_NAME = 40;

/** Names of columns for a message: at most ten, each cut and with control characters escaped. */
export function listNames(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).map(showName);
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(", ")} and ${more} more` : shown.join(", ");
}

export function showName(name: string): string {
  const cut = name.length > LONGEST_NAME ? `${toUSVString(name.slice(0, LONGEST_NAME))}…` : name;
  // JSON.stringify does not escape C1 controls, line separators and marks of bidirectional text.
  return JSON.stringify(cut).replace(
    /[\u007f-\u009f\u00ad\u200b\ufeff\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
