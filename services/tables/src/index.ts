/** The reader and writer of CSV, TSV, JSON Lines and JSON arrays. It imports no other workspace. */
export type { ByteSource } from "./byte-source.ts";
export type { ColumnReader } from "./columns.ts";
export { jsonFault, kindOf } from "./json-object.ts";
export { openTable } from "./open-table.ts";
export { type Detected, delimiterName, describeDetected, type TableOptions } from "./options.ts";
export type { Fault, TableRecord } from "./record.ts";
export type { Table } from "./table.ts";
export { type Advice, TableError, type TableErrorCode } from "./table-error.ts";
export { spreadsheetCsv, TableWriter } from "./write-table.ts";
