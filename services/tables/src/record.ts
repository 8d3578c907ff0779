/** The reason why one record cannot be used. The other records can be. */
export interface Fault {
  code: "invalid_row" | "invalid_encoding";
  detail: string;
}

/** One record of a table: a row of CSV, an object of JSON. */
export interface TableRecord {
  /** The number of the record, from 0. Blank lines do not count. */
  index: number;
  /** The line on which the record begins, from 1. Blank lines count. */
  line: number;
  /**
   * The text between the previous record and this one: blank lines, or JSON's brackets and commas.
   */
  lead: string;
  /** The record as it is in the file, quotes included. */
  raw: string;
  /** The line end of the record. It is empty in JSON arrays, and may be for the last record. */
  end: string;
  /** A CSV row's cells; empty for JSON. */
  cells: readonly string[];
  /** A JSON object's members. */
  members?: Readonly<Record<string, unknown>> | undefined;
  fault?: Fault | undefined;
}

/** The records that one piece of input completes. */
export type RecordBatch = TableRecord[];

/** Batches of records. The return value is the text after the last record. */
export type Records = AsyncGenerator<RecordBatch, string, undefined>;

/** Whether a text has only white space, or Ctrl-Z, which ends files of DOS. */
export function isBlank(text: string): boolean {
  const rest = text.trimStart();
  return rest === "" || (rest.startsWith("\u001a") && rest.replaceAll("\u001a", "").trim() === "");
}

export function countLineEnds(text: string): number {
  if (!text.includes("\n") && !text.includes("\r")) return 0;
  return text.match(/\r\n|\r|\n/g)!.length;
}

/** The line end at the end of a record, the first match of `ends`; empty if there is none. */
export function lineEndOf(text: string, ends: readonly string[]): string {
  return ends.find((end) => text.endsWith(end)) ?? "";
}

/** The line ends that end a record, the longest first, so that CRLF counts as one. */
export function lineEndings(lineEnds: "lf" | "crlf" | "cr" | undefined): string[] {
  return lineEnds === undefined ? ["\r\n", "\n", "\r"] : [{ lf: "\n", crlf: "\r\n", cr: "\r" }[lineEnds]];
}
