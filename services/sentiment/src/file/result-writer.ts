import { stringify } from "csv-stringify/sync";
import type { Scored } from "../scoring/in-order.ts";
import { type Checkpoint, type RowsHash, writeCheckpoint } from "./checkpoint.ts";
import type { FileRow, Format } from "./format.ts";
import { Output } from "./output.ts";
import { failureOf } from "./result-columns.ts";

/** Written at once, in UTF-16 units. A kill costs at most this much and what is in flight. */
const SEGMENT = 1_048_576;
const ERROR_COLUMNS = ["row", "line", "code", "detail"];

interface SinkOptions {
  format: Format;
  hash: RowsHash;
  model: string;
  checkpoint: Checkpoint | undefined;
  out: string | undefined;
  errors: string | undefined;
}

/** Scored rows into the output and the list of errors, a segment at a time; after each the checkpoint moves. */
export class ResultWriter {
  readonly #options: SinkOptions;
  readonly #out: Output;
  readonly #errors: Output | undefined;
  #segment = "";
  #failures: [number, number, string, string][] = [];
  rows: number;
  failed: number;

  private constructor(options: SinkOptions, out: Output, errors: Output | undefined) {
    this.#options = options;
    this.#out = out;
    this.#errors = errors;
    this.rows = options.checkpoint?.rows ?? 0;
    this.failed = options.checkpoint?.failed ?? 0;
  }

  static async open(options: SinkOptions): Promise<ResultWriter> {
    const { out, errors, checkpoint } = options;
    const output = out === undefined ? Output.stdout() : await Output.open(out, checkpoint?.outBytes ?? 0);
    const list = errors === undefined ? undefined : await Output.open(errors, checkpoint?.errorsBytes ?? 0);
    return new ResultWriter(options, output, list);
  }

  async add(scored: Scored<FileRow>[]): Promise<void> {
    for (const one of scored) {
      this.rows += 1;
      this.#options.hash.add(one.row);
      this.#segment += this.#options.format.write(one);
      const failure = failureOf(one);
      if (failure === undefined) continue;
      this.failed += 1;
      this.#failures.push([this.rows, one.row.line, failure.code, failure.detail]);
    }
    if (this.#segment.length >= SEGMENT) await this.#flush();
  }

  async finish(): Promise<void> {
    await this.#flush();
  }

  async close(): Promise<void> {
    await this.#out.close();
    await this.#errors?.close();
  }

  async #flush(): Promise<void> {
    const { format, hash, model, out } = this.#options;
    const head = this.#out.bytes === 0 ? format.head() : "";
    await this.#out.write(head + this.#segment);
    const columns = this.#errors?.bytes === 0 ? [ERROR_COLUMNS] : [];
    await this.#errors?.write(stringify([...columns, ...this.#failures]));
    this.#segment = "";
    this.#failures = [];
    if (out === undefined) return;
    await this.#out.sync();
    await this.#errors?.sync();
    await writeCheckpoint(out, {
      model,
      rows: this.rows,
      failed: this.failed,
      rowsSha256: hash.digest,
      outBytes: this.#out.bytes,
      errorsBytes: this.#errors?.bytes ?? 0,
    });
  }
}
