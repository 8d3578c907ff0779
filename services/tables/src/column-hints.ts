import { kindOf } from "./json-object.ts";
import { type Detected, delimiterName } from "./options.ts";
import type { RecordBatch, TableRecord } from "./record.ts";
import { showName } from "./table-error.ts";

/** The properties of a table that are known before its records are read. */
export interface Columns {
  columns: readonly string[];
  detected: Detected;
  /** The line of the header, or of the first record. */
  line: number;
  header: TableRecord | undefined;
  /** The first records. Error messages use them to suggest a cause. */
  first: RecordBatch;
}

const plain = (name: string) => name.replace(/["'\s\ufeff_-]/g, "").toLowerCase();

/**
 * A column whose name differs from the wanted names only in case, blanks, hyphens or quotes. Returns
 * its name, or its number if the name has special characters.
 */
export function similarColumn(names: readonly string[], { columns, detected }: Columns): string | undefined {
  const wanted = new Set(names.map(plain));
  const index = columns.findIndex((name) => wanted.has(plain(name)));
  if (index === -1) return undefined;
  const name = columns[index]!;
  return detected.format !== "csv" || /^[\w-]+$/.test(name) ? name : String(index + 1);
}

/** A likely cause of a missing column, as a sentence after a space; empty if none is found. */
export function hintOf(names: readonly string[], table: Columns): string {
  const hint = table.detected.format === "csv" ? csvHint(names, table) : jsonHint(table);
  return hint === undefined ? "" : ` ${hint}`;
}

/** Those that are detected, and others that a file may be separated by; Hive writes the first control. */
const DELIMITERS = [",", ";", "\t", "|", "^", "~", "\u0001", "\u001f", "\uff0c", "\uff1b"];

function csvHint(names: readonly string[], { columns, first, header }: Columns): string | undefined {
  const [name = ""] = columns;
  if (/^\s*<[!?/a-z]/i.test(name)) return "The file looks like HTML or XML.";
  const delimiter = DELIMITERS.find((delimiter) => isNamed(names, name, delimiter));
  if (delimiter !== undefined && /^\s*["']/.test(header?.raw ?? ""))
    return "Each line is enclosed in quotes as a whole; remove these quotes.";
  if (delimiter !== undefined) return `It looks separated by ${delimiterName(delimiter)}.`;
  const named = first.find(({ raw }) => DELIMITERS.some((delimiter) => isNamed(names, raw, delimiter)));
  if (named !== undefined)
    return `Line ${named.line} has such a name: remove the lines before it, if it is the header.`;
  const object = first.find(({ raw }) => /^\s*\{\s*"/.test(raw));
  if (object !== undefined) return `Line ${object.line} looks like JSON: remove the lines before it.`;
  return undefined;
}

function isNamed(names: readonly string[], line: string, delimiter: string): boolean {
  return line.split(delimiter).some((cell) => names.includes(cell.trim().replace(/^(["'])(.*)\1$/, "$2")));
}

function jsonHint({ first }: Columns): string | undefined {
  const [name, value] = Object.entries(first[0]?.members ?? {}).find(isNested) ?? [];
  if (name === undefined) return undefined;
  return `The member ${showName(name)} holds ${kindOf(value)}; only an object's own members are columns.`;
}

function isNested([, value]: [string, unknown]): boolean {
  return typeof value === "object" && value !== null;
}
