/** Why a record cannot be used, though the records around it can. */
export interface Fault {
  code: "invalid_row" | "invalid_encoding";
  detail: string;
}

/** One record of a table: a row of CSV, an object of JSON. */
export interface TableRecord {
  /** From 0, blank lines not counted. */
  index: number;
  /** The line it begins on, from 1, every line counted. */
  line: number;
  /**
   * What stands between the record before and this one: blank lines, or JSON's brackets and commas.
   */
  lead: string;
  /** The record as it stood, quotes included. */
  raw: string;
  /** Its line end; empty for the last record of many files, and inside JSON arrays. */
  end: string;
  /** A CSV row's cells; empty for JSON. */
  cells: readonly string[];
  /** A JSON object's members. */
  members?: Readonly<Record<string, unknown>> | undefined;
  fault?: Fault | undefined;
}

/** The records that one piece of input completes, before they are checked. */
export type RecordBatch = TableRecord[];

/** Batches of records; returns what stands after the last one. */
export type Records = AsyncGenerator<RecordBatch, string, undefined>;

/** White space, or the Ctrl-Z with which DOS ended a file. */
export function isBlank(text: string): boolean {
  const rest = text.trimStart();
  return rest === "" || (rest.startsWith("\u001a") && rest.replaceAll("\u001a", "").trim() === "");
}

export function countLineEnds(text: string): number {
  if (!text.includes("\n") && !text.includes("\r")) return 0;
  return text.match(/\r\n|\r|\n/g)!.length;
}

/** The line end that a record ends with, one of `ends`, longest first. */
export function lineEndOf(text: string, ends: readonly string[]): string {
  return ends.find((end) => text.endsWith(end)) ?? "";
}

/** What ends a record, the longest first, so that CRLF is one end. */
export function lineEndings(lineEnds: "lf" | "crlf" | "cr" | undefined): string[] {
  return lineEnds === undefined ? ["\r\n", "\n", "\r"] : [{ lf: "\n", crlf: "\r\n", cr: "\r" }[lineEnds]];
}
