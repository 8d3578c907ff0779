import type { Scored } from "../scoring/in-order.ts";

/** A row's own fault, found before it could be scored. */
interface Fault {
  code: "invalid_row";
  detail: string;
}

/** One row of a file: it has a text or a fault. */
export interface FileRow {
  raw: string; // as it stood, without the line's end
  line: number; // the line it ends on
  text?: string;
  fault?: Fault;
}

/** A file's format: how its rows are read, and how a scored row is written. */
export interface Format {
  /** The rows, as many at a time as one piece of input completes. Rejects where the rest cannot be read. */
  read: (source: AsyncIterable<Buffer>) => AsyncIterable<FileRow[]>;
  /** What stands before the first row; known once `read` has given a row or has ended. */
  head: () => string;
  write: (scored: Scored<FileRow>) => string;
}

export interface FormatOptions {
  /** The names a text can stand under; the first that is there is taken. */
  columns: string[];
  /** The longest row, in UTF-16 units. */
  maxRowLength: number;
  /** Whether the model estimates stars, so that rows get a column of them. */
  stars: boolean;
}
