import { type Checks, findFault, invalidBytes } from "./check-records.ts";
import { type ColumnReader, columnReader } from "./columns.ts";
import type { Detected } from "./options.ts";
import { countLineEnds, type RecordBatch, type Records, type TableRecord } from "./record.ts";
import { atLine, TableError } from "./table-error.ts";

/** The maximum number of members of JSON records that count as columns. */
const MAX_COLUMNS = 1_000;

interface Source {
  detected: Detected;
  records: Records;
  checks: Omit<Checks, "width" | "header">;
  /** The text before the header: additional byte order marks and Excel's `sep=;` line. */
  before: string;
  maxColumns: number;
}

/** An open table: its properties, its columns, and its records as a stream. */
export class Table {
  readonly detected: Detected;
  /**
   * The columns of a CSV in order; "1", "2", ... if it has no header. For JSON, the members of the
   * first records.
   */
  readonly columns: readonly string[];
  /** The header of a CSV, as it is in the file. Its lead is the text before it. */
  readonly header: TableRecord | undefined;
  /** The number of blank lines so far. */
  skipped = 0;
  /** The text after the last record. It is set when all records have been read. */
  tail = "";
  readonly #records: Records;
  readonly #first: RecordBatch;
  readonly #checks: Checks;

  private constructor({ detected, records, checks }: Source, first: RecordBatch, header?: TableRecord) {
    this.detected = detected;
    this.header = header;
    this.#records = records;
    this.#first = first;
    const csv = detected.format === "csv";
    const width = header?.cells.length ?? first[0]!.cells.length;
    this.#checks = { ...checks, width: csv ? width : undefined, header };
    this.columns = csv
      ? (header?.cells ?? Array.from({ length: width }, (_, i) => String(i + 1)))
      : memberNames(first);
  }

  /** @throws TableError if the table has no record, or its header or first record cannot be used */
  static async start(source: Source): Promise<Table> {
    const { detected, records, checks, before, maxColumns } = source;
    const { value: first, done } = await records.next();
    if (done === true) {
      if (detected.format === "json") throw new TableError("no_rows", "The JSON array has no elements.");
      throw new TableError("empty_file", "The file has blank lines only. Expected a header and rows.");
    }
    first[0]!.lead = before + first[0]!.lead;
    if (first[0]!.cells.length > maxColumns)
      throw new TableError(
        "too_many_columns",
        [
          `Line ${first[0]!.line}: the first row has ${first[0]!.cells.length} cells.`,
          `Expected at most ${maxColumns}.`,
        ].join(" "),
        [{ option: "delimiter" }],
      );
    const header = detected.header ? first.shift() : undefined;
    const invalid = header && invalidBytes(header, checks);
    if (invalid !== undefined) throw invalid;
    if (header?.raw.includes("\0"))
      throw new TableError("invalid_column_names", `Line ${header.line}: the header has a NUL character.`);
    if (detected.format !== "csv" && first.every(({ members }) => members === undefined))
      throw new TableError("invalid_json", atLine(first[0]!.line, first[0]!.fault!.detail));
    return new Table(source, first, header);
  }

  /**
   * A reader of one column: the first of `names` that the table has. A CSV's column can also be given
   * by its number, from 1.
   * @throws TableError if there is no such column, or if two columns have the same name
   */
  column(...names: string[]): ColumnReader {
    return columnReader(names, {
      columns: this.columns,
      detected: this.detected,
      header: this.header,
      line: this.header?.line ?? this.#first[0]?.line ?? 1,
      first: this.#first,
    });
  }

  /**
   * The records, in batches of those that one piece of input completes. A record that cannot be used
   * has a `fault`. This can be called once.
   * @throws TableError if the rest cannot be read, or if there is no record
   */
  async *records(): AsyncGenerator<TableRecord[]> {
    let index = 0;
    const checked = (batch: RecordBatch) => {
      for (const record of batch) {
        record.index = index++;
        record.fault = findFault(record, this.#checks);
        this.#countBlank(record.lead);
      }
      return batch;
    };
    if (this.header !== undefined) this.#countBlank(withoutSepLine(this.header.lead));
    if (this.#first.length > 0) yield checked(this.#first);
    try {
      let next = await this.#records.next();
      for (; next.done !== true; next = await this.#records.next()) yield checked(next.value);
      this.tail = next.value;
    } finally {
      await this.#records.return("");
    }
    this.#countBlank(this.tail);
    if (index > 0) return;
    throw new TableError("no_rows", "The file has a header and no rows. Expected at least one row.");
  }

  #countBlank(text: string): void {
    if (text === "" || this.detected.format === "json") return;
    this.skipped += countLineEnds(text) + (/[\r\n]$/.test(text) ? 0 : 1);
  }
}

/** The lead without Excel's `sep=` line, which is not a blank line. */
function withoutSepLine(lead: string): string {
  return lead.replace(/^\ufeff*/, "").replace(/^"?sep=[^\r\n]*(\r\n|\r|\n)/im, "");
}

function memberNames(records: RecordBatch): string[] {
  const names = new Set<string>();
  for (const { members = {} } of records) {
    for (const name of Object.keys(members)) names.add(name);
    if (names.size > MAX_COLUMNS) break;
  }
  return [...names];
}
