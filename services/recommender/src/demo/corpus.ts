import { createReadStream } from "node:fs";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";

/** One item of a POST /feedback. */
export interface FeedbackItem {
  user_id: string;
  item_id: string;
  text?: string;
  rating?: number;
  at?: string;
}

const NEEDED = ["user_id", "item_id", "review_text"];

/**
 * Reads a CSV, plain or gzip, with a header: user_id, item_id, review_text, and rating (1..5) and timestamp (ISO 8601)
 * where they are there; an empty cell says nothing. Other columns are left out.
 * @throws when a needed column is missing, or a cell is no number or no time; the message names the record, the header being 1.
 */
export async function readFeedback(file: string): Promise<FeedbackItem[]> {
  const text = new PassThrough();
  const source = createReadStream(file);
  const flow = /\.gz$/.test(file) ? pipeline(source, createGunzip(), text) : pipeline(source, text);
  flow.catch((error: Error) => text.destroy(error));
  const items: FeedbackItem[] = [];
  for await (const row of rows(text)) items.push(toItem(row, items.length + 2));
  await flow;
  return items;
}

async function* rows(text: Readable): AsyncIterable<Record<string, string>> {
  const parser = parse({
    bom: true,
    columns: (header: string[]) => {
      const missing = NEEDED.filter((column) => !header.includes(column));
      if (missing.length > 0) throw new Error(`no column ${missing.join(", ")} (found ${header.join(", ")})`);
      return header;
    },
  });
  text.on("error", (error) => parser.destroy(error));
  yield* text.pipe(parser) as AsyncIterable<Record<string, string>>;
}

function toItem(row: Record<string, string>, record: number): FeedbackItem {
  const { user_id = "", item_id = "", review_text, rating, timestamp } = row;
  const stars = rating ? Number(rating) : undefined;
  if (Number.isNaN(stars)) throw new Error(`record ${record}: the rating is no number: ${rating}`);
  const at = timestamp ? new Date(timestamp) : undefined;
  if (at !== undefined && Number.isNaN(at.getTime()))
    throw new Error(`record ${record}: no time: ${timestamp}`);
  return {
    user_id,
    item_id,
    ...(review_text && { text: review_text }),
    ...(stars !== undefined && { rating: stars }),
    ...(at !== undefined && { at: at.toISOString() }),
  };
}
