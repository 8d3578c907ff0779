export type Format = "csv" | "jsonl" | "json";
export type Compression = "none" | "gzip" | "zstd";
export type LineEnds = "lf" | "crlf" | "cr" | "mixed";

/**
 * How a file is read. What is not given is detected from the file's content, never from its name.
 */
export interface TableOptions {
  /** `csv` is every table with a delimiter, so TSV too. */
  format?: Format | undefined;
  /** One character between cells. Detected: comma, semicolon, tab or `|`. */
  delimiter?: string | undefined;
  /** What ends a record. Detected: each of LF, CRLF and CR, also mixed in one file. */
  lineEnds?: Exclude<LineEnds, "mixed"> | undefined;
  /** What encloses a cell. Not detected: a double quote unless given. */
  quote?: '"' | "'" | "none" | undefined;
  /** What precedes a quote inside a quoted cell. Detected: the quote itself, or a backslash. */
  escape?: '"' | "'" | "\\" | undefined;
  /** A name that iconv-lite knows. Detected: a byte order mark, UTF-16 without one, UTF-8. */
  encoding?: string | undefined;
  /**
   * Bytes that the encoding does not allow end the reading (`stop`), or fail their record (`row`).
   */
  encodingErrors?: "stop" | "row" | undefined;
  compression?: Compression | undefined;
  /** Whether the first record holds the names of the columns. Without it they are "1", "2", ... */
  header?: boolean | undefined;
  /** Names of columns that the reader hopes for: they help to tell the delimiter. */
  likelyColumns?: readonly string[] | undefined;
  /** How many bytes are looked at to detect all this. */
  headBytes?: number | undefined;
  /**
   * The longest record in bytes of UTF-8, so that a quote that is never closed ends the reading.
   */
  maxRecordBytes?: number | undefined;
  /** The most bytes after unpacking. */
  maxBytes?: number | undefined;
  /**
   * The most columns of a CSV. Without a bound a row of one letter could be written back as
   * megabytes of empty cells.
   */
  maxColumns?: number | undefined;
  /** The most bytes that are parsed at once, so that other work has its turn (see `onUnpacked`). */
  pieceBytes?: number | undefined;
  /**
   * Told before each piece how many bytes have been unpacked; it is waited for, and what it throws
   * ends the reading.
   */
  onUnpacked?: ((bytes: number, piece: Buffer) => void | Promise<void>) | undefined;
}

/** What a table turned out to be, by detection or by option. */
export interface Detected {
  format: Format;
  compression: Compression;
  encoding: string;
  byteOrderMark: boolean;
  /** Of CSV only. */
  delimiter?: string;
  escape?: string;
  /** Blanks around cells are no part of them; only where that was detected. */
  trimmed?: true;
  lineEnds: LineEnds;
  header: boolean;
}

export const MAX_RECORD_BYTES = 4_194_304;

const DELIMITERS: Record<string, string> = {
  ",": "comma",
  ";": "semicolon",
  "\t": "tab",
  "|": "vertical bar",
};

export const delimiterName = (delimiter: string): string =>
  DELIMITERS[delimiter] ?? JSON.stringify(delimiter);

/**
 * One line for a person, for example `CSV (semicolon, CRLF), utf-16le with a byte order mark,
 * gzip`.
 */
export function describeDetected(detected: Detected): string {
  const { format, delimiter, lineEnds, encoding, byteOrderMark, compression, header } = detected;
  const shape = [
    ...(delimiter === undefined ? [] : [delimiterName(delimiter)]),
    ...(lineEnds === "mixed" ? ["mixed line ends"] : [lineEnds.toUpperCase()]),
    ...(detected.escape === "\\" ? ["backslash before quotes"] : []),
    ...(detected.trimmed ? ["blanks around cells"] : []),
    ...(header || format !== "csv" ? [] : ["no header"]),
  ];
  const name = { csv: "CSV", jsonl: "JSON Lines", json: "a JSON array" }[format];
  return [
    `${name} (${shape.join(", ")})`,
    `${encoding}${byteOrderMark ? " with a byte order mark" : ""}`,
    ...(compression === "none" ? [] : [compression]),
  ].join(", ");
}
