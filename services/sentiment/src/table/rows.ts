import { type Fault, kindOf, type Table, TableError, type TableRecord } from "@undertone/tables";
import type { Row } from "../scoring/in-order.ts";

/** The default names of the text column. The first one that exists is used. */
export const TEXT_COLUMNS = ["text", "review_text"];

/** If this many rows at the beginning of a file cannot be read, the file is refused. */
const MISREAD = 100;

/** A record of a table with its text, or with the fault for which it has none. */
export interface TableRow extends Row {
  record: TableRecord;
  fault?: Fault;
}

/**
 * The rows of a table as texts to score.
 * @throws TableError if the table has no such column, or none of its first rows can be read
 */
export async function* readRows(table: Table, columns: readonly string[]): AsyncGenerator<TableRow[]> {
  const textOf = table.column(...columns);
  const toRow = (record: TableRecord): TableRow => {
    if (record.fault !== undefined) return { record, fault: record.fault };
    const text = textOf(record);
    return typeof text === "string" ? { record, text } : { record, fault: notText(text, columns) };
  };
  let misread: TableRow[] | undefined = [];
  for await (const records of table.records()) {
    const rows = records.map(toRow);
    if (misread !== undefined) {
      misread.push(...rows);
      if (misread.some(({ fault }) => fault === undefined)) misread = undefined;
      else if (misread.length >= MISREAD) throw notUnderstood(misread);
    }
    yield rows;
  }
}

function notText(value: unknown, columns: readonly string[]): Fault {
  const names = columns.map((name) => JSON.stringify(name)).join(" or ");
  const detail =
    value === undefined
      ? `The object has no ${names}.`
      : `${names}: expected a string, got ${kindOf(value)}.`;
  return { code: "invalid_row", detail };
}

function notUnderstood(rows: TableRow[]): TableError {
  const { record, fault } = rows[0]!;
  return new TableError(
    "not_a_table",
    `None of the first ${rows.length} rows can be read. Line ${record.line}: ${fault!.detail}`,
    [{ option: "format" }, { option: "delimiter" }, { option: "quote" }],
  );
}
