import type { CsvDialect } from "./csv.ts";
import { suggestEncoding } from "./encoding.ts";
import { countLineEnds, type Fault, type TableRecord } from "./record.ts";
import { TableError } from "./table-error.ts";
import { fromUtf8, STAND_IN, type Transcoder } from "./transcode.ts";

export interface Checks {
  transcoder: Transcoder;
  encoding: string;
  encodingErrors: "stop" | "row";
  /** Undefined for JSON. */
  csv?: CsvDialect;
  header?: TableRecord | undefined;
  /** The number of cells that a row must have; undefined for JSON. */
  width: number | undefined;
  /** The file's first bytes, from which another encoding is suggested. */
  head: Buffer;
}

/**
 * The fault of a record, if it has one.
 * @throws TableError if the record has invalid bytes and `encodingErrors` is `stop`
 */
export function findFault(record: TableRecord, checks: Checks): Fault | undefined {
  const invalid = checks.transcoder.foundInvalid ? invalidBytes(record, checks) : undefined;
  if (invalid !== undefined) {
    if (checks.encodingErrors === "stop") throw invalid;
    return { code: "invalid_encoding", detail: invalid.message };
  }
  if (record.fault !== undefined) return record.fault;
  const detail = record.raw.includes("\0")
    ? "The row has a NUL character. Expected text."
    : checks.csv && rowFault(record, checks.csv, checks);
  return detail === undefined ? undefined : { code: "invalid_row", detail };
}

function rowFault(
  { raw, cells, line }: TableRecord,
  dialect: CsvDialect,
  { width, header }: Pick<Checks, "width" | "header">,
): string | undefined {
  if (!isWhole(raw, dialect)) {
    const last = line + countLineEnds(raw);
    return (
      `The quotes of the lines ${line} to ${last} do not pair, so the rows between may be taken for one cell. ` +
      "Close every quote, and write a quote inside a quoted cell twice."
    );
  }
  if (header !== undefined && withoutMark(raw) === header.raw)
    return "The row is the header again. Files that are joined must have one header.";
  if (cells.length === width || (header !== undefined && lacksOnlyUnnamed(cells, header.cells)))
    return undefined;
  const pattern = header === undefined ? "first row" : "header";
  const found = `Expected ${countCells(width!)} as in the ${pattern}, found ${cells.length}.`;
  if (cells.length < width!) return found;
  const { quote, delimiter } = dialect;
  if (cells.length === width! + 1 && raw.endsWith(delimiter))
    return `${found} The row ends with a delimiter, and the ${pattern} does not.`;
  if (quote === null) return found;
  return `${found} A cell that holds the delimiter needs ${quote === '"' ? "double" : "single"} quotes around it.`;
}

const countCells = (count: number) => (count === 1 ? "1 cell" : `${count} cells`);
const withoutMark = (raw: string) => (raw.startsWith("\ufeff") ? raw.slice(1) : raw);

/** A header may end with delimiters that the rows do not have. */
function lacksOnlyUnnamed(cells: readonly string[], names: readonly string[]): boolean {
  return cells.length < names.length && names.slice(cells.length).every((name) => name.trim() === "");
}

/**
 * Whether all quotes of a row over several lines are in pairs. If they are not, a quote was never
 * closed, and the parser has read the rows up to the next quote as one cell.
 */
function isWhole(raw: string, { quote, escape: quoteEscape, delimiter, trim }: CsvDialect): boolean {
  if (quote === null || quoteEscape !== quote) return true;
  if (!raw.includes("\n") && !raw.includes("\r")) return true;
  const blank = trim ? " \t" : "";
  const skip = (at: number) => {
    let to = at;
    while (to < raw.length && blank.includes(raw[to]!)) to++;
    return to;
  };
  for (let at = 0; ; ) {
    at = skip(at);
    if (raw[at] === quote) {
      let end = raw.indexOf(quote, at + 1);
      while (end !== -1 && raw[end + 1] === quote) end = raw.indexOf(quote, end + 2);
      if (end === -1) return false;
      at = skip(end + 1);
      if (at === raw.length) return true;
      if (!raw.startsWith(delimiter, at)) return false;
    } else {
      at = raw.indexOf(delimiter, at);
      if (at === -1) return true;
    }
    at += delimiter.length;
  }
}

/** An error with the place of the first byte that the encoding does not allow, if there is one. */
export function invalidBytes(
  { raw, line }: TableRecord,
  { encoding, head }: Pick<Checks, "encoding" | "head">,
): TableError | undefined {
  const at = raw.search(STAND_IN);
  if (at === -1) return undefined;
  const before = raw.slice(0, at);
  const from = 1 + Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r"));
  const column = fromUtf8(before.slice(from), encoding).length + 1;
  const bytes = fromUtf8(raw, encoding);
  const found = [...fromUtf8(String.fromCodePoint(raw.codePointAt(at)!), encoding)].map(
    (byte) => `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  );
  const suggested = encoding === "utf-8" ? suggestEncoding(Buffer.concat([bytes, head])) : undefined;
  const looks = suggested === undefined ? "" : ` The file looks like ${suggested}.`;
  return new TableError(
    "invalid_encoding",
    [
      `Line ${line + countLineEnds(before)}, byte ${column}:`,
      `${found.join(" ")} is not valid in ${encoding}.${looks}`,
    ].join(" "),
    [
      ...(suggested === undefined ? [] : [{ option: "encoding", value: suggested } as const]),
      { option: "encodingErrors", value: "row" },
    ],
  );
}
