export type Format = "csv" | "jsonl" | "json";
export type Compression = "none" | "gzip" | "zstd";
export type LineEnds = "lf" | "crlf" | "cr" | "mixed";

/**
 * How a file is read. Absent options are detected from the content of the file, never from its name.
 */
export interface TableOptions {
  /** `csv` is every table with a delimiter, so TSV too. */
  format?: Format | undefined;
  /** The character between cells. The detection knows the comma, the semicolon, the tab and `|`. */
  delimiter?: string | undefined;
  /** The only line end that ends a record. By default LF, CRLF and CR do, also mixed in one file. */
  lineEnds?: Exclude<LineEnds, "mixed"> | undefined;
  /** The character that encloses a cell. It is not detected; the default is a double quote. */
  quote?: '"' | "'" | "none" | undefined;
  /** The character before a quote inside a quoted cell. Detected: the quote itself or a backslash. */
  escape?: '"' | "'" | "\\" | undefined;
  /** A name that iconv-lite knows. The detection knows byte order marks, UTF-16 and UTF-8. */
  encoding?: string | undefined;
  /**
   * What bytes that the encoding does not allow do: `stop` (the default) ends the reading, `row` gives
   * their record a fault.
   */
  encodingErrors?: "stop" | "row" | undefined;
  compression?: Compression | undefined;
  /** Whether the first record has the names of the columns. If not, they are "1", "2", ... */
  header?: boolean | undefined;
  /** Names of columns that the table is likely to have. They help to detect the delimiter. */
  likelyColumns?: readonly string[] | undefined;
  /** The number of bytes that the detection reads. */
  headBytes?: number | undefined;
  /**
   * The maximum length of a record in bytes of UTF-8. A longer one, such as after a quote that is never
   * closed, ends the reading.
   */
  maxRecordBytes?: number | undefined;
  /** The maximum number of bytes after decompression. */
  maxBytes?: number | undefined;
  /**
   * The maximum number of columns of a CSV. Without a limit a row of one letter could be written back
   * with megabytes of empty cells.
   */
  maxColumns?: number | undefined;
  /** The maximum number of bytes that are parsed at once, so that other work can run in between. */
  pieceBytes?: number | undefined;
  /**
   * Called before each piece with the number of bytes that have been decompressed. The reading waits
   * for it. An error that it throws ends the reading.
   */
  onUnpacked?: ((bytes: number, piece: Buffer) => void | Promise<void>) | undefined;
}

/** The properties of a table, by detection or by option. */
export interface Detected {
  format: Format;
  compression: Compression;
  encoding: string;
  byteOrderMark: boolean;
  /** For CSV only. */
  delimiter?: string;
  escape?: string;
  /** Present if blanks around cells are ignored. */
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
 * Describes a table in one line, such as `CSV (semicolon, CRLF), utf-16le with a byte order mark,
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
