import { parse } from "csv-parse";
import type { Scored } from "../scoring/in-order.ts";
import type { FileRow, Format, FormatOptions } from "./format.ts";
import { RESULT_COLUMNS, resultCells, resultColumns } from "./result-columns.ts";

type Parsed = { record: string[]; raw: string; info: { lines: number } };

/** RFC 4180 CSV with a header line. A row is written as it was read, its quotes included, with columns added. */
export function csvFormat({ columns, maxRowLength, stars }: FormatOptions): Format {
  let head = "";
  let lineEnd = "\n";
  let width = 0;
  let column = -1;

  function readHeader({ record, raw }: Parsed): void {
    column = textColumn(record, columns);
    width = record.length;
    lineEnd = raw.endsWith("\r") ? "\r\n" : "\n";
    head = `${withoutEnd(raw)},${resultColumns(stars).join(",")}${lineEnd}`;
  }

  function toRow({ record, raw, info }: Parsed): FileRow {
    const row = { raw: withoutEnd(raw), line: info.lines };
    if (record.length === width) return { ...row, text: record[column]! };
    const detail = `The header has ${width} fields, the row ${record.length}.`;
    // What is added stands under its own header wherever that is possible.
    const raised = row.raw + ",".repeat(Math.max(0, width - record.length));
    return { ...row, raw: raised, fault: { code: "invalid_row", detail } };
  }

  async function* read(source: AsyncIterable<Buffer>): AsyncGenerator<FileRow[]> {
    for await (const records of readRecords(source, maxRowLength)) {
      if (column === -1) readHeader(records.shift()!);
      // A blank line is a row only where a row is one field.
      const rows = records.filter(({ record }) => width === 1 || record.length > 1 || record[0] !== "");
      if (rows.length > 0) yield rows.map(toRow);
    }
    if (column === -1) throw new Error("the file is empty; a header line was expected");
  }

  function write(scored: Scored<FileRow>): string {
    // None of these values can need quotes: labels, codes, numbers and booleans.
    const fields = Object.values(resultCells(scored, stars)).map((value) => value ?? "");
    return `${scored.row.raw},${fields.join(",")}${lineEnd}`;
  }

  return { read, head: () => head, write };
}

async function* readRecords(source: AsyncIterable<Buffer>, maxRowLength: number): AsyncGenerator<Parsed[]> {
  let records: Parsed[] = [];
  const parser = parse({
    raw: true,
    info: true,
    bom: true,
    relax_quotes: true, // a quote inside an unquoted field is a letter
    relax_column_count: true, // such a row has a fault of its own
    record_delimiter: ["\r\n", "\n"],
    max_record_size: maxRowLength, // a quote that is never closed must not swallow a whole file
    on_record: (parsed) => {
      records.push(parsed as unknown as Parsed);
      return null; // nothing goes through the parser's own object stream, a row at a time
    },
  });
  parser.on("error", () => {}); // reported by the call below that met it
  parser.resume();
  const call = (run: (done: (error?: Error | null) => void) => void) =>
    new Promise<void>((resolve, reject) => run((error) => (error ? reject(error) : resolve())));
  for await (const chunk of source) {
    await call((done) => parser.write(chunk, done));
    if (records.length > 0) yield records;
    records = [];
  }
  await call((done) => parser.once("error", done).end(done));
  if (records.length > 0) yield records;
}

function textColumn(header: string[], columns: string[]): number {
  const added = RESULT_COLUMNS.find((name) => header.includes(name));
  if (added !== undefined) throw new Error(`the file has a column ${added} already; it was scored before`);
  const name = columns.find((name) => header.includes(name));
  if (name !== undefined) return header.indexOf(name);
  throw new Error(`expected a column ${columns.join(" or ")} (see --column), found ${header.join(", ")}`);
}

/** A raw record ends with the first character of its delimiter, or with nothing at the end of the file. */
function withoutEnd(raw: string): string {
  return raw.endsWith("\r") || raw.endsWith("\n") ? raw.slice(0, -1) : raw;
}
