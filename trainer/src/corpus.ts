import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";

export interface Review {
  text: string;
  /** 1 positive (rating above 3), 0 negative. */
  label: 0 | 1;
  rating: number;
  /** What is reviewed, where the corpus says it (`item_id`). */
  item?: string;
}

export interface CorpusOptions {
  ratingColumn: string;
  textColumn: string;
}

export interface Corpus {
  rows: Review[];
  dropped: { noText: number; noRating: number };
  /** Of the file as it lies on disk. */
  sha256: string;
}

/** A corpus that cannot be read; the message names the file and, where one is at fault, the line. */
export class CorpusError extends Error {
  override name = "CorpusError";
}

type Row = Record<string, unknown>;

/**
 * Reads CSV (with a header) or JSON Lines, plain or gzip, as a stream. Rows with no text or no rating are dropped and counted.
 * @throws CorpusError
 */
export async function readCorpus(file: string, { ratingColumn, textColumn }: CorpusOptions): Promise<Corpus> {
  const hash = createHash("sha256");
  const corpus: Corpus = { rows: [], dropped: { noText: 0, noRating: 0 }, sha256: "" };
  const isJson = /\.(jsonl|ndjson)(\.gz)?$/.test(file);
  const text = new PassThrough();
  const source = createReadStream(file).on("data", (chunk) => hash.update(chunk));
  const flow = /\.gz$/.test(file) ? pipeline(source, createGunzip(), text) : pipeline(source, text);
  flow.catch((error: Error) => text.destroy(error));
  try {
    for await (const row of isJson ? jsonRows(text) : csvRows(text, [ratingColumn, textColumn])) {
      add(corpus, row, ratingColumn, textColumn);
    }
    await flow;
  } catch (error) {
    throw new CorpusError(`${file}: ${(error as Error).message}`);
  }
  corpus.sha256 = hash.digest("hex");
  return corpus;
}

async function* csvRows(text: Readable, needed: string[]): AsyncIterable<Row> {
  const parser = parse({
    bom: true,
    columns: (header: string[]) => {
      const missing = needed.filter((column) => !header.includes(column));
      if (missing.length > 0)
        throw new Error(`line 1: no column ${missing.join(", ")} (found ${header.join(", ")})`);
      return header;
    },
  });
  text.on("error", (error) => parser.destroy(error));
  yield* text.pipe(parser) as AsyncIterable<Row>;
}

async function* jsonRows(text: Readable): AsyncIterable<Row> {
  let line = 0;
  for await (const json of createInterface({ input: text, crlfDelay: Number.POSITIVE_INFINITY })) {
    line++;
    if (json.trim() === "") continue;
    const row: unknown = parseLine(json, line);
    if (typeof row !== "object" || row === null || Array.isArray(row))
      throw new Error(`line ${line}: not a JSON object`);
    yield row as Row;
  }
}

function parseLine(json: string, line: number): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new Error(`line ${line}: ${(error as Error).message}`);
  }
}

function add({ rows, dropped }: Corpus, row: Row, ratingColumn: string, textColumn: string): void {
  const text = row[textColumn];
  const given = row[ratingColumn];
  const rating = typeof given === "string" && given.trim() === "" ? Number.NaN : Number(given ?? Number.NaN);
  if (typeof text !== "string" || text.trim() === "") dropped.noText++;
  else if (!Number.isFinite(rating)) dropped.noRating++;
  else {
    const item = row.item_id;
    rows.push({ text, rating, label: rating > 3 ? 1 : 0, ...(item !== undefined && { item: String(item) }) });
  }
}
