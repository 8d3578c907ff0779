import { type ByteSource, HEAD_BYTES, readHead, skipBytes } from "./byte-source.ts";
import { readCsv } from "./csv.ts";
import { detectDialect, detectFormat, detectLineEnds } from "./detect-format.ts";
import { detectEncoding } from "./encoding.ts";
import { refuseForeignFiles, refuseForeignText } from "./foreign-files.ts";
import { readJsonArray } from "./json-array.ts";
import { readJsonLines } from "./json-lines.ts";
import { type Compression, type Detected, MAX_RECORD_BYTES, type TableOptions } from "./options.ts";
import { Table } from "./table.ts";
import { TableError } from "./table-error.ts";
import { toUtf8, transcoder } from "./transcode.ts";
import { detectCompression, limitBytes, unpack } from "./unpack.ts";

/**
 * Reads the head of a file and detects what the file is. The records are then read as a stream:
 *
 *   stored bytes ─ unpack ─> bytes ─ decode ─> UTF-8 ─ CSV, JSON Lines or JSON array ─> records
 *
 * The memory that is needed does not grow with the file.
 * @throws TableError if the file is not a table, or contradicts the options
 */
export async function openTable(source: ByteSource, options: TableOptions = {}): Promise<Table> {
  const {
    maxRecordBytes = MAX_RECORD_BYTES,
    maxBytes = Number.POSITIVE_INFINITY,
    maxColumns = Number.POSITIVE_INFINITY,
    pieceBytes = Number.POSITIVE_INFINITY,
    headBytes = HEAD_BYTES,
    onUnpacked,
  } = options;
  const limits = { maxBytes, pieceBytes, onUnpacked };
  checkDelimiter(options.delimiter);
  const stored = await readHead(source, headBytes);
  const found = detectCompression(stored.head);
  const compression = options.compression ?? found;
  if (compression !== "none" && compression !== found) throw notPacked(compression, found);
  const unpacked = await readHead(limitBytes(unpack(stored.bytes, compression), limits), headBytes);
  if (unpacked.head.length === 0) throw empty();
  refuseForeignFiles(unpacked.head);
  const encoding = detectEncoding(unpacked.head, options.encoding);
  const coder = transcoder(encoding.name);
  const decoded = await readHead(toUtf8(skipBytes(unpacked.bytes, encoding.mark.length), coder), headBytes);
  // Some programs add a byte order mark to a file that has one. The additional marks are written back
  // with the first row.
  const [marks, text] = splitMarks(decoded.head.toString());
  if (text === "") throw empty();
  refuseForeignText(decoded.head, options.delimiter);

  const format = options.format ?? detectFormat(text);
  const detected: Detected = {
    format,
    compression,
    encoding: encoding.name,
    byteOrderMark: encoding.mark.length > 0,
    lineEnds: options.lineEnds ?? detectLineEnds(text),
    header: format === "csv" && (options.header ?? true),
  };
  const checks = {
    transcoder: coder,
    encoding: encoding.name,
    encodingErrors: options.encodingErrors ?? "stop",
    head: unpacked.head,
  };
  if (format === "csv") {
    const likely = options.likelyColumns ?? [];
    const { csv, sepLine } = detectDialect(text, { ...options, maxRecordBytes }, likely, decoded.whole);
    const { delimiter, escape: quoteEscape, lineEnds = detected.lineEnds, trim } = csv;
    Object.assign(detected, { delimiter, escape: quoteEscape, lineEnds, ...(trim && { trimmed: true }) });
    const before = marks + sepLine;
    const records = readCsv(skipBytes(decoded.bytes, Buffer.byteLength(before)), csv);
    return Table.start({ detected, records, checks: { ...checks, csv }, before, maxColumns });
  }
  const bytes = skipBytes(decoded.bytes, Buffer.byteLength(marks));
  const records =
    format === "json"
      ? readJsonArray(bytes, maxRecordBytes)
      : readJsonLines(bytes, { lineEnds: options.lineEnds, maxRecordBytes });
  return Table.start({ detected, records, checks, before: marks, maxColumns });
}

function splitMarks(text: string): [marks: string, text: string] {
  const [marks] = /^\ufeff*/.exec(text)!;
  return [marks, text.slice(marks.length)];
}

function notPacked(given: Compression, found: Compression): TableError {
  return new TableError(
    "invalid_compression",
    `The file does not begin as ${given} data does. Expected a ${given} file.`,
    [{ option: "compression", value: found }],
  );
}

function empty(): TableError {
  return new TableError("empty_file", "The file is empty. Expected a header and rows.");
}

/** Refuses delimiters that can be part of a number, a name or a quote: they would be ambiguous. */
function checkDelimiter(delimiter: string | undefined): void {
  if (delimiter === undefined || /^[^A-Za-z0-9"'\\\r\n.\-+_]$/u.test(delimiter)) return;
  throw new TableError(
    "invalid_option",
    [
      `The delimiter ${JSON.stringify(delimiter.slice(0, 10))} cannot be used.`,
      "Expected one character such as , ; | or a tab.",
    ].join(" "),
  );
}
