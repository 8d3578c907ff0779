import { stringify } from "csv-stringify/sync";
import { knownEncoding } from "./encoding.ts";
import type { TableRecord } from "./record.ts";
import type { Table } from "./table.ts";
import { showName, TableError } from "./table-error.ts";
import { fromUtf8, STAND_IN, unsayable } from "./transcode.ts";

type Value = string | number | boolean | null;

const MARKS: Record<string, string> = { "utf-8": "\ufeff", "utf-16le": "\ufeff", "utf-16be": "\ufeff" };

/**
 * Writes a table back with additional columns: call head(), row() for each record, then tail(). The
 * content of the file comes back byte for byte, unless another encoding is chosen.
 */
export class TableWriter {
  readonly #table: Table;
  readonly #names: readonly string[];
  readonly encoding: string;

  /** Whether the file may have characters that the output encoding lacks. */
  readonly #narrows: boolean;

  /** @throws TableError if the table already has one of the columns, or the encoding is unknown */
  constructor(table: Table, names: readonly string[], encoding = table.detected.encoding) {
    this.#table = table;
    this.#names = names;
    this.encoding = knownEncoding(encoding);
    this.#narrows = this.encoding !== table.detected.encoding && !/^(utf|gb18030)/.test(this.encoding);
    const taken = names.find((name) => table.columns.includes(name));
    if (taken !== undefined) throw hasColumn(taken);
  }

  head(): string {
    const { header, detected } = this.#table;
    const mark = detected.byteOrderMark ? (MARKS[this.encoding] ?? "") : "";
    if (header === undefined) return mark;
    if (this.#narrows) this.#checkSayable(header);
    const cells = this.#names.map((name) => this.#cell(name));
    return `${mark}${header.lead}${[header.raw, ...cells].join(detected.delimiter)}${header.end || "\n"}`;
  }

  /**
   * A record with the values of the additional columns, in their order.
   * @throws TableError if it has a character that the output encoding lacks
   */
  row(record: TableRecord, values: readonly Value[]): string {
    if (this.#narrows) this.#checkSayable(record);
    const csv = this.#table.detected.format === "csv";
    return record.lead + (csv ? this.#csv(record, values) : this.#json(record, values)) + record.end;
  }

  /** The text after the last record. */
  tail(): string {
    return this.#table.tail;
  }

  encode(text: string): Buffer {
    const same = this.encoding === this.#table.detected.encoding;
    // Bytes that the file's encoding does not allow cannot be converted to another one.
    return fromUtf8(same ? text : text.replace(new RegExp(STAND_IN, "gu"), "\ufffd"), this.encoding);
  }

  #checkSayable({ lead, raw, line, fault }: TableRecord): void {
    if (fault?.code === "invalid_encoding") return; // its bytes cannot be converted
    const char = unsayable(lead + raw, this.encoding);
    if (char === undefined) return;
    const point = char.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
    throw new TableError(
      "invalid_encoding",
      `Line ${line}: the character U+${point} cannot be written in ${this.encoding}.`,
      [{ option: "outputEncoding", value: "utf-8" }],
    );
  }

  #csv({ raw, cells }: TableRecord, values: readonly Value[]): string {
    const { columns, detected } = this.#table;
    // Empty cells replace missing ones, so that the added cells are in their own columns.
    const missing = Array.from({ length: Math.max(0, columns.length - cells.length) }, () => "");
    const added = values.map((value) => this.#cell(value === null ? "" : String(value)));
    return [raw, ...missing, ...added].join(detected.delimiter);
  }

  #cell(value: string): string {
    const { delimiter } = this.#table.detected;
    return value.includes(delimiter!) || /["\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
  }

  #json({ raw, members }: TableRecord, values: readonly Value[]): string {
    const added = JSON.stringify(Object.fromEntries(this.#names.map((name, i) => [name, values[i]]))).slice(
      1,
    );
    // A line that is not an object comes back as the member `raw`, so that the output is JSON.
    if (members === undefined) return `${JSON.stringify({ raw }).slice(0, -1)},${added}`;
    const taken = this.#names.find((name) => Object.hasOwn(members, name));
    if (taken !== undefined) throw hasColumn(taken);
    const end = raw.lastIndexOf("}");
    const comma = Object.keys(members).length === 0 ? "" : ",";
    return `${raw.slice(0, end)}${comma}${added}${raw.slice(end + 1)}`;
  }
}

function hasColumn(name: string): TableError {
  return new TableError("duplicate_column", `The file has a column ${showName(name)} already.`, [
    { option: "resultPrefix" },
  ]);
}

/**
 * CSV for spreadsheets. A cell that a spreadsheet would run as a formula gets an apostrophe in front,
 * unless `escapeFormulas` is false.
 */
export function spreadsheetCsv(rows: readonly (readonly Value[])[], escapeFormulas = true): string {
  return stringify(rows as Value[][], { escape_formulas: escapeFormulas });
}
