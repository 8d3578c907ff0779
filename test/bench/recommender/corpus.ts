import { createReadStream } from "node:fs";
import { PassThrough } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";

export interface Review {
  /** Dense index. */
  user: number;
  /** Dense index. */
  item: number;
  /** May be empty: a plain interaction. */
  text: string;
  /** 1..5, where given. */
  stars?: number;
  /** Milliseconds since 1970, or the row's number where the corpus has no times. */
  at: number;
  /** The target, never an input: the corpus' own verdict, or stars above 3 where it has none. */
  liked?: boolean;
}

export interface Corpus {
  /** In the order of time; rows of one moment as they stand in the file. One row a user and item, the later one. */
  reviews: Review[];
  userCount: number;
  itemCount: number;
  hasTimes: boolean;
}

type Row = Partial<Record<string, string>>;

/** Reads CSV with the columns user_id, item_id, review_text and, where there, rating, timestamp and liked; plain or gzip. */
export async function readCorpus(file: string): Promise<Corpus> {
  const text = new PassThrough();
  const source = createReadStream(file);
  const flow = file.endsWith(".gz") ? pipeline(source, createGunzip(), text) : pipeline(source, text);
  flow.catch((error: Error) => text.destroy(error));
  const parser = parse({ bom: true, columns: checkedHeader });
  text.on("error", (error) => parser.destroy(error));
  const [users, items] = [new Map<string, number>(), new Map<string, number>()];
  const rows = new Map<string, Review>();
  let hasTimes = true;
  for await (const row of text.pipe(parser) as AsyncIterable<Row>) {
    const review = read(row, indexOf(users, row.user_id!), indexOf(items, row.item_id!), parser.info.records);
    hasTimes &&= Boolean(row.timestamp);
    const key = `${review.user} ${review.item}`;
    if ((rows.get(key)?.at ?? Number.NEGATIVE_INFINITY) <= review.at) rows.set(key, review);
  }
  const reviews = [...rows.values()].sort((a, b) => a.at - b.at);
  return { reviews, userCount: users.size, itemCount: items.size, hasTimes };
}

function checkedHeader(header: string[]): string[] {
  const missing = ["user_id", "item_id", "review_text"].filter((column) => !header.includes(column));
  if (missing.length > 0) throw new Error(`no column ${missing.join(", ")} (found ${header.join(", ")})`);
  return header;
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
