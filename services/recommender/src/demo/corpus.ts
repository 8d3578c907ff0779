import { createReadStream } from "node:fs";
import { type Detected, openTable, type TableRecord } from "@undertone/tables";

/** One item of POST /feedback, as it is in the file. The service validates it. */
export interface SentItem {
  user_id: unknown;
  item_id: unknown;
  text?: unknown;
  rating?: unknown;
  at?: unknown;
}

interface RowFault {
  line: number;
  detail: string;
}

export interface Corpus {
  detected: Detected;
  rows: { line: number; item: SentItem }[];
  /** Rows that could not be read. */
  faults: RowFault[];
}

/**
 * Reads a table with the columns user_id, item_id and review_text. The columns rating (1..5) and
 * timestamp (a date or a time) are optional, and other columns are ignored. A field whose cell is
 * empty is not sent.
 * @throws TableError if the file is not a table with these columns
 */
export async function readFeedback(file: string): Promise<Corpus> {
  const names = ["user_id", "item_id", "review_text"];
  const table = await openTable(createReadStream(file), { likelyColumns: names });
  const [user, item, text] = names.map((name) => table.column(name));
  const optional = (name: string) => (table.columns.includes(name) ? table.column(name) : () => undefined);
  const [rating, timestamp] = ["rating", "timestamp"].map(optional);
  const corpus: Corpus = { detected: table.detected, rows: [], faults: [] };
  const read = (record: TableRecord): SentItem => ({
    user_id: user!(record),
    item_id: item!(record),
    ...given("text", text!(record)),
    ...given("rating", number(rating!(record))),
    ...given("at", time(timestamp!(record))),
  });
  for await (const batch of table.records()) {
    for (const record of batch) {
      const { line, fault } = record;
      if (fault === undefined) corpus.rows.push({ line, item: read(record) });
      else corpus.faults.push({ line, detail: fault.detail });
    }
  }
  return corpus;
}

const given = (field: keyof SentItem, value: unknown) =>
  value === undefined || value === "" ? {} : { [field]: value };

/** A cell is text. If it is not a number it stays as it is, so that the service refuses it. */
const number = (cell: unknown) =>
  typeof cell === "string" && /^-?\d+(\.\d+)?$/.test(cell) ? Number(cell) : cell;

/**
 * A date means the beginning of its day in UTC. If the cell is not a date it stays as it is, so
 * that the service refuses it.
 */
function time(cell: unknown): unknown {
  if (typeof cell !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(cell)) return cell;
  const date = new Date(cell);
  return Number.isNaN(date.getTime()) ? cell : date.toISOString();
}
