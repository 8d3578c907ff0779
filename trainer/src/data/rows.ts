import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { openTable, TableError, type TableOptions } from "@undertone/tables";

/** One row of a corpus. */
export interface Row {
  /** The line on which it begins, counted from 1. */
  line: number;
  /** The values of the wanted columns, by name. */
  values: Record<string, unknown>;
  /** Why this row cannot be read, although other rows can. */
  fault?: string;
}

/**
 * The columns that a corpus must have, with the option that names each, and those that it may have.
 */
export interface Columns {
  needed: { name: string; option?: string }[];
  optional?: string[];
}

/** A corpus that cannot be used. The message names the file and, if known, the line. */
export class CorpusError extends Error {
  override name = "CorpusError";
}

/**
 * The rows of CSV, TSV, JSON Lines or a JSON array, plain or compressed, as a stream. The format is
 * detected from the content.
 * @param hash is updated with the stored bytes of the file
 * @throws CorpusError
 */
export async function* readRows(
  file: string,
  { needed, optional = [] }: Columns,
  { hash, ...options }: TableOptions & { hash?: Hash } = {},
): AsyncGenerator<Row> {
  try {
    const likelyColumns = needed.map(({ name }) => name);
    const table = await openTable(hashed(file, hash), { likelyColumns, ...options });
    const present = optional.filter((name) => table.columns.includes(name));
    const readers = [...needed, ...present.map((name) => ({ name }))].map(({ name, ...column }) => ({
      name,
      read: naming(column, () => table.column(name)),
    }));
    for await (const batch of table.records()) {
      for (const record of batch) {
        const values = Object.fromEntries(readers.map(({ name, read }) => [name, read(record)]));
        yield { line: record.line, values, ...(record.fault && { fault: record.fault.detail }) };
      }
    }
  } catch (error) {
    throw new CorpusError(
      `${file}: ${error instanceof TableError ? advised(error) : (error as Error).message}`,
    );
  }
}

async function* hashed(file: string, hash?: Hash): AsyncGenerator<Buffer> {
  for await (const piece of createReadStream(file)) {
    hash?.update(piece);
    yield piece;
  }
}

/** Adds the option that names a column to the error about the missing column. */
function naming<T>({ option }: { option?: string }, find: () => T): T {
  try {
    return find();
  } catch (error) {
    if (option === undefined || !(error instanceof TableError)) throw error;
    throw new Error(`${error.message} Name the column with ${option}.`);
  }
}

const OPTIONS = {
  format: "--format",
  delimiter: "--delimiter",
  encoding: "--encoding",
  encodingErrors: "--encoding-errors",
};

/** The message, with the options of the trainer's commands that may help. */
function advised(error: TableError): string {
  const known = error.advice.flatMap(({ option, value }) => {
    const flag = OPTIONS[option as keyof typeof OPTIONS];
    return flag ? [value === undefined ? flag : `${flag} ${value}`] : [];
  });
  return known.length === 0 ? error.message : `${error.message} Try ${known.join(", or ")}.`;
}
