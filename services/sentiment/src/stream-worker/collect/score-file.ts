import { type FileHandle, open } from "node:fs/promises";
import { stringify } from "csv-stringify/sync";
import type { ErrorMessage, ResultMessage } from "../messages.ts";

export const COLUMNS = [
  "id",
  "sequence",
  "sentiment_label",
  "sentiment_score",
  "sentiment_stars",
  "sentiment_truncated",
  "sentiment_warnings",
  "sentiment_error",
];

/** The scores that have come, one row each: CSV, TSV or JSON Lines, as the file's name says. */
export class ScoreFile {
  readonly #file: FileHandle;
  readonly #write: (rows: Record<string, unknown>[], first: boolean) => string;
  bytes: number;

  private constructor(file: FileHandle, name: string, bytes: number) {
    this.#file = file;
    this.#write = writerOf(name);
    this.bytes = bytes;
  }

  /**
   * Keeps the first `bytes` bytes: what stands after them was not in the checkpoint and comes
   * again.
   */
  static async open(name: string, bytes: number): Promise<ScoreFile> {
    writerOf(name);
    const file = await open(name, bytes === 0 ? "w" : "r+");
    const { size } = await file.stat();
    if (size < bytes) {
      await file.close();
      throw new Error(`${name}: expected at least ${bytes} bytes, found ${size}; it cannot be resumed`);
    }
    await file.truncate(bytes);
    return new ScoreFile(file, name, bytes);
  }

  /** Resolves when the rows would outlive the machine's fall. */
  async add(messages: readonly (ResultMessage | ErrorMessage)[]): Promise<void> {
    if (messages.length === 0) return;
    const data = Buffer.from(this.#write(messages.map(toRow), this.bytes === 0));
    await this.#file.write(data, 0, data.length, this.bytes);
    this.bytes += data.length;
    await this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function toRow(message: ResultMessage | ErrorMessage): Record<string, unknown> {
  const { id = null, sequence } = message;
  const error = "error" in message ? message.error.code : null;
  const score = "score" in message ? message : undefined;
  const warnings = (score as { warnings?: string[] } | undefined)?.warnings;
  return {
    id,
    sequence,
    sentiment_label: score?.label ?? null,
    sentiment_score: score?.score ?? null,
    sentiment_stars: score?.stars ?? null,
    sentiment_truncated: score?.truncated ?? null,
    sentiment_warnings: warnings?.join(" ") ?? null,
    sentiment_error: error,
  };
}

function writerOf(name: string): (rows: Record<string, unknown>[], first: boolean) => string {
  const [, extension] = /\.(csv|tsv|jsonl|ndjson)$/i.exec(name) ?? [];
  if (extension === undefined)
    throw new Error(`${name}: expected a name that ends in .csv, .tsv, .jsonl or .ndjson`);
  if (/^(jsonl|ndjson)$/i.test(extension))
    return (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");
  const delimiter = extension.toLowerCase() === "tsv" ? "\t" : ",";
  const cast = { boolean: (value: boolean) => String(value) };
  return (rows, first) => stringify(rows, { columns: COLUMNS, header: first, delimiter, cast });
}
