import { createReadStream } from "node:fs";
import { openTable, type Table, type TableRecord } from "@undertone/tables";

export interface Review {
  /** Dense index. */
  user: number;
  /** Dense index. */
  item: number;
  /** Empty for an interaction. */
  text: string;
  /** 1..5, if given. */
  stars?: number;
  /** Milliseconds since 1970, or the row's number if the corpus has no times. */
  at: number;
  /** The target, which is never an input: the corpus' own verdict, or else whether the stars are above 3. */
  liked?: boolean;
}

export interface Corpus {
  /**
   * In the order of time. Rows of the same time keep the order of the file. One row per user and item,
   * the later one.
   */
  reviews: Review[];
  userCount: number;
  itemCount: number;
  hasTimes: boolean;
}

const NEEDED = ["user_id", "item_id", "review_text"] as const;
const OPTIONAL = ["rating", "timestamp", "liked"] as const;
type Row = Partial<Record<(typeof NEEDED)[number] | (typeof OPTIONAL)[number], string>>;

/**
 * Reads a table with the columns user_id, item_id and review_text. The columns rating, timestamp and
 * liked are optional.
 */
export async function readCorpus(file: string): Promise<Corpus> {
  const table = await openTable(createReadStream(file), { likelyColumns: NEEDED });
  const rowOf = rowReader(table);
  const [users, items] = [new Map<string, number>(), new Map<string, number>()];
  const rows = new Map<string, Review>();
  let hasTimes = true;
  for await (const records of table.records())
    for (const record of records) {
      const row = rowOf(record);
      const [user, item] = [indexOf(users, row.user_id!), indexOf(items, row.item_id!)];
      const review = read(row, user, item, record.index + 1);
      hasTimes &&= Boolean(row.timestamp);
      const key = `${review.user} ${review.item}`;
      if ((rows.get(key)?.at ?? Number.NEGATIVE_INFINITY) <= review.at) rows.set(key, review);
    }
  const reviews = [...rows.values()].sort((a, b) => a.at - b.at);
  return { reviews, userCount: users.size, itemCount: items.size, hasTimes };
}

function rowReader(table: Table): (record: TableRecord) => Row {
  const there = [...NEEDED, ...OPTIONAL.filter((name) => table.columns.includes(name))];
  const readers = there.map((name) => [name, table.column(name)] as const);
  return (record) => {
    if (record.fault !== undefined) throw new Error(`line ${record.line}: ${record.fault.detail}`);
    const cells = readers.map(([name, cell]) => [name, String(cell(record) ?? "")]);
    return Object.fromEntries(cells);
  };
}

function indexOf(indices: Map<string, number>, id: string): number {
  const index = indices.get(id) ?? indices.size;
  indices.set(id, index);
  return index;
}

function read(row: Row, user: number, item: number, number: number): Review {
  const stars = row.rating ? Number(row.rating) : undefined;
  if (stars !== undefined && !(stars >= 1 && stars <= 5)) {
    throw new Error(`row ${number}: rating must be 1 to 5, got ${row.rating}`);
  }
  const at = row.timestamp ? time(row.timestamp) : number;
  if (Number.isNaN(at)) throw new Error(`row ${number}: timestamp is not a time: ${row.timestamp}`);
  const liked = row.liked ? ["1", "true"].includes(row.liked.toLowerCase()) : undefined;
  const target = row.liked === undefined && stars !== undefined ? stars > 3 : liked;
  return {
    user,
    item,
    text: row.review_text ?? "",
    at,
    ...(stars !== undefined && { stars }),
    ...(target !== undefined && { liked: target }),
  };
}

/** ISO 8601, or seconds or milliseconds since 1970. */
const time = (given: string): number => (/^-?\d+(\.\d+)?$/.test(given) ? Number(given) : Date.parse(given));
