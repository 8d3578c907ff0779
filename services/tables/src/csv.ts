import { type CsvError, type Options, parse } from "csv-parse";
import type { ByteSource } from "./byte-source.ts";
import {
  countLineEnds,
  isBlank,
  lineEndings,
  lineEndOf,
  type RecordBatch,
  type Records,
  type TableRecord,
} from "./record.ts";
import { TableError } from "./table-error.ts";

export interface CsvDialect {
  delimiter: string;
  quote: string | null;
  escape: string;
  /** Whether blanks around a cell are ignored, so that a quote after a blank encloses the cell. */
  trim: boolean;
  lineEnds: "lf" | "crlf" | "cr" | undefined;
  maxRecordBytes: number;
  /** The line on which the bytes begin, from 1. */
  firstLine: number;
}

/** csv-parse's options. Detection and reading use the same ones. */
export function csvOptions({
  delimiter,
  quote,
  escape: quoteEscape,
  trim,
  lineEnds,
  maxRecordBytes,
}: Omit<CsvDialect, "firstLine">): Options {
  return {
    delimiter,
    quote,
    escape: quoteEscape,
    trim,
    record_delimiter: lineEndings(lineEnds),
    relax_quotes: true, // a quote inside an unquoted cell is a character
    relax_column_count: true, // such a row has a fault of its own
    max_record_size: maxRecordBytes, // a quote that is never closed must not swallow a whole file
  };
}

/**
 * Reads CSV from UTF-8 bytes. Each batch has the rows that one piece of input completes. The header
 * is the first row.
 * @throws TableError for a quote that is never closed, or a row that is too long
 */
export async function* readCsv(bytes: ByteSource, dialect: CsvDialect): Records {
  const rows = new Rows(dialect);
  const parser = parse({
    ...csvOptions(dialect),
    on_record: (cells, info) => {
      rows.add(cells as unknown as string[], info.bytes);
      return null; // The parser's own stream of rows is not used, because it is slower.
    },
  });
  parser.on("error", () => {}); // `call` reports the error.
  parser.resume();
  const call = (run: (done: (error?: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) =>
      run((error) => (error ? reject(rows.failure(error as CsvError)) : resolve())),
    );
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    rows.take(chunk);
    await call((done) => parser.write(chunk, done));
    const batch = rows.release();
    if (batch.length > 0) yield batch;
  }
  await call((done) => parser.once("error", done).end(done));
  const batch = rows.release();
  if (batch.length > 0) yield batch;
  return rows.tail;
}

/** Cuts out the bytes of each row, by the end that csv-parse gives. */
class Rows {
  readonly #dialect: CsvDialect;
  readonly #ends: string[];
  #parsed: { cells: string[]; end: number }[] = [];
  #chunks: Buffer[] = [];
  #start = 0; // the offset of #chunks in the file, in bytes
  #index = 0;
  #line: number;
  #lead = "";

  constructor(dialect: CsvDialect) {
    this.#dialect = dialect;
    this.#ends = lineEndings(dialect.lineEnds);
    this.#line = dialect.firstLine;
  }

  take(chunk: Buffer): void {
    this.#chunks.push(chunk);
  }

  add(cells: string[], end: number): void {
    this.#parsed.push({ cells, end });
  }

  release(): RecordBatch {
    if (this.#parsed.length === 0) return [];
    const bytes = Buffer.concat(this.#chunks);
    const records: TableRecord[] = [];
    let from = 0;
    for (const { cells, end } of this.#parsed) {
      const text = bytes.toString("utf8", from, end - this.#start);
      from = end - this.#start;
      const line = this.#line;
      const lineEnd = lineEndOf(text, this.#ends);
      const raw = lineEnd === "" ? text : text.slice(0, -lineEnd.length);
      this.#line += countLineEnds(raw) + (lineEnd === "" ? 0 : 1);
      if (cells.length === 1 && isBlank(raw)) {
        this.#lead += text;
        continue;
      }
      records.push({ index: this.#index++, line, lead: this.#lead, raw, end: lineEnd, cells });
      this.#lead = "";
    }
    this.#parsed = [];
    this.#start += from;
    this.#chunks = [bytes.subarray(from)];
    return records;
  }

  /** The blank lines after the last row. */
  get tail(): string {
    return this.#lead;
  }

  failure({ code }: CsvError): Error {
    const { quote, maxRecordBytes } = this.#dialect;
    this.release(); // The rows before the failure count for the line number.
    const text = Buffer.concat(this.#chunks).toString();
    const line = this.#line + countLineEnds(text.slice(0, openQuote(text, quote)));
    if (code === "CSV_QUOTE_NOT_CLOSED")
      return new TableError(
        "unclosed_quote",
        [
          `Line ${line}: a quote is opened and never closed.`,
          "Close it, or write a quote inside a quoted cell twice.",
        ].join(" "),
        [{ option: "quote", value: "none" }],
      );
    return new TableError(
      "record_too_long",
      [
        `Line ${this.#line}: the row that begins here is longer than ${maxRecordBytes} bytes;`,
        `a quote that is opened on line ${line} may never be closed.`,
      ].join(" "),
      [{ option: "quote", value: "none" }],
    );
  }
}

/** The offset of the last quote that opened a cell; 0 if there is none. */
function openQuote(text: string, quote: string | null): number {
  let opened = 0;
  let inside = false;
  if (quote === null) return 0;
  for (let at = text.indexOf(quote); at !== -1; at = text.indexOf(quote, at + 1)) {
    inside = !inside;
    if (inside) opened = at;
  }
  return opened;
}
