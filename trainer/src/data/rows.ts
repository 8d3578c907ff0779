import type { Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { PassThrough, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { parse } from "csv-parse";

export type Row = Record<string, unknown>;

/** A corpus that cannot be read; the message names the file and, where one is at fault, the line. */
export class CorpusError extends Error {
  override name = "CorpusError";
}

/**
 * The rows of CSV (with a header) or JSON Lines, plain or gzip, as a stream.
 * @param needed columns that a CSV must have
 * @param hash is given the bytes of the file as it lies on disk
 * @throws CorpusError
 */
export async function* readRows(file: string, needed: string[], hash?: Hash): AsyncIterable<Row> {
  const isJson = /\.(jsonl|ndjson)(\.gz)?$/.test(file);
  const text = new PassThrough();
  const source = createReadStream(file).on("data", (chunk) => hash?.update(chunk));
  const flow = /\.gz$/.test(file) ? pipeline(source, createGunzip(), text) : pipeline(source, text);
  flow.catch((error: Error) => text.destroy(error));
  try {
    yield* isJson ? jsonRows(text) : csvRows(text, needed);
    await flow;
  } catch (error) {
    throw new CorpusError(`${file}: ${(error as Error).message}`);
  }
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
