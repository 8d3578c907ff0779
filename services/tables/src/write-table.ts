import { stringify } from "csv-stringify/sync";
import { knownEncoding } from "./encoding.ts";
import type { TableRecord } from "./record.ts";
import type { Table } from "./table.ts";
import { showName, TableError } from "./table-error.ts";
import { fromUtf8, STAND_IN, unsayable } from "./transcode.ts";

type Value = string | number | boolean | null;

const MARKS: Record<string, string> = { "utf-8": "\ufeff", "utf-16le": "\ufeff", "utf-16be": "\ufeff" };

/**
 * Writes a table back with columns added: head(), a row() per record, tail(). What the file had
 * comes back as it was, byte for byte, unless another encoding is asked for.
 */
export class TableWriter {
  readonly #table: Table;
  readonly #names: readonly string[];
  readonly encoding: string;

  /** Whether what is written may have characters that the encoding lacks. */
  readonly #narrows: boolean;

  /** @throws TableError where the table has one of the columns already */
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
   * A record with a value for each added column, in their order.
   * @throws TableError where it cannot be said in the encoding that was asked for
   */
  row(record: TableRecord, values: readonly Value[]): string {
    if (this.#narrows) this.#checkSayable(record);
    const csv = this.#table.detected.format === "csv";
    return record.lead + (csv ? this.#csv(record, values) : this.#json(record, values)) + record.end;
  }

  /** What stands after the last record. */
  tail(): string {
    return this.#table.tail;
  }

  encode(text: string): Buffer {
    const same = this.encoding === this.#table.detected.encoding;
    // A byte that the old encoding did not allow means nothing in the new one.
    return fromUtf8(same ? text : text.replace(new RegExp(STAND_IN, "gu"), "\ufffd"), this.encoding);
  }

  #checkSayable({ lead, raw, line, fault }: TableRecord): void {
    if (fault?.code === "invalid_encoding") return; // its bytes mean nothing in any other encoding
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
    // Empty cells where some are missing: what is added stands under its own header.
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
    // What is no object stays visible, and the output is JSON all the same.
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
 * A CSV made for people who open it in a spreadsheet: a cell that a spreadsheet would run as a
 * formula gets an apostrophe before it, unless that is switched off.
 */
export function spreadsheetCsv(rows: readonly (readonly Value[])[], escapeFormulas = true): string {
  return stringify(rows as Value[][], { escape_formulas: escapeFormulas });
}
