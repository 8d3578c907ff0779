import { type Columns, hintOf, similarColumn } from "./column-hints.ts";
import { delimiterName } from "./options.ts";
import type { TableRecord } from "./record.ts";
import { listNames, showName, TableError } from "./table-error.ts";

/** Reads the value of one column from a record; `undefined` if a JSON object lacks the member. */
export type ColumnReader = (record: TableRecord) => unknown;

/**
 * A reader of the first of `names` that the table has. A CSV's column can also be given by its
 * number, from 1.
 * @throws TableError `missing_column` if the table has none of them, `duplicate_column` if a name
 * occurs twice
 */
export function columnReader(names: readonly string[], table: Columns): ColumnReader {
  const { columns, detected } = table;
  if (detected.format !== "csv") {
    if (!names.some((name) => columns.includes(name))) throw missing(names, table);
    return ({ members = {} }) => {
      const name = names.find((name) => Object.hasOwn(members, name));
      return name === undefined ? undefined : members[name];
    };
  }
  const name = names.find((name) => columns.includes(name));
  const index = name === undefined ? numbered(names, columns.length) : columns.indexOf(name);
  if (index === undefined) throw missing(names, table);
  if (name !== undefined) refuseDuplicates(index, table);
  return ({ cells }) => cells[index] ?? "";
}

function numbered(names: readonly string[], width: number): number | undefined {
  const number = names.map((name) => (/^[1-9]\d{0,5}$/.test(name) ? Number(name) : 0)).find((n) => n > 0);
  return number !== undefined && number <= width ? number - 1 : undefined;
}

function missing(names: readonly string[], table: Columns): TableError {
  const { columns, line } = table;
  const { format, delimiter, header } = table.detected;
  const expected = `Expected a column ${names.map(showName).join(" or ")}`;
  const found = `found ${columns.length === 1 ? "one column" : `${columns.length} columns`}`;
  if (format === "csv" && !header)
    return new TableError("missing_column", `${expected}; ${found} and no header.`, [
      { option: "textColumn" },
    ]);
  const list = columns.length === 0 ? "none" : listNames(columns);
  const split = format === "csv" && columns.length > 1 ? `, separated by ${delimiterName(delimiter!)}` : "";
  const similar = similarColumn(names, table);
  return new TableError(
    "missing_column",
    `Line ${line}: ${expected}; ${found}: ${list}${split}.${hintOf(names, table)}`,
    [
      similar === undefined ? { option: "textColumn" } : { option: "textColumn", value: similar },
      ...(format === "csv" ? ([{ option: "delimiter" }, { option: "header", value: "false" }] as const) : []),
    ],
  );
}

/** If two columns have the same name, a column must be chosen by its number. */
function refuseDuplicates(chosen: number, { columns, line }: Columns): void {
  const index = columns.findIndex((name, i) => name.trim() !== "" && columns.indexOf(name) !== i);
  if (index === -1) return;
  const first = columns.indexOf(columns[index]!);
  throw new TableError(
    "duplicate_column",
    [
      `Line ${line}: the columns ${first + 1} and ${index + 1} are both named ${showName(columns[index]!)}.`,
      "Give each column a name of its own, or choose by number.",
    ].join(" "),
    [{ option: "textColumn", value: String(chosen + 1) }],
  );
}
