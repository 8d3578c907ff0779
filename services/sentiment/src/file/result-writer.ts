import { spreadsheetCsv, type Table, type TableWriter } from "@undertone/tables";
import type { Scored } from "../scoring/in-order.ts";
import { failureOf, resultCells } from "../table/result-columns.ts";
import type { TableRow } from "../table/rows.ts";
import { RowCount } from "../table/summary.ts";
import { type Checkpoint, type RowsHash, writeCheckpoint } from "./checkpoint.ts";
import { Output } from "./output.ts";
import type { RunSetup } from "./run-setup.ts";

/**
 * The size of a segment in UTF-16 units. A kill loses at most one segment and the rows in progress.
 */
const SEGMENT = 1_048_576;
const ERROR_COLUMNS = ["row", "line", "code", "detail"];

interface WriterOptions {
  table: Table;
  writer: TableWriter;
  hash: RowsHash;
  /** Whether the model estimates stars. */
  stars: boolean;
  setup: RunSetup;
  checkpoint: Checkpoint | undefined;
  out: string | undefined;
  errors: string | undefined;
}

/**
 * Writes scored rows to the output, and failed rows to the list of errors, in segments. The
 * checkpoint moves after each segment.
 */
export class ResultWriter {
  readonly #options: WriterOptions;
  readonly #out: Output;
  readonly #errors: Output | undefined;
  #segment = "";
  #failures: [number, number, string, string][] = [];
  readonly count: RowCount;

  private constructor(options: WriterOptions, out: Output, errors: Output | undefined) {
    this.#options = options;
    this.#out = out;
    this.#errors = errors;
    this.count = new RowCount(options.checkpoint?.rows, options.checkpoint?.reasons);
  }

  static async open(options: WriterOptions): Promise<ResultWriter> {
    const { out, errors, checkpoint } = options;
    const file = (name: string, partial: Checkpoint["out"] | undefined) =>
      partial === undefined ? Output.create(name) : Output.resume(name, partial);
    if (checkpoint !== undefined && (checkpoint.errors === undefined) !== (errors === undefined))
      throw new Error(
        "--resume: give --errors where the stopped run had it, and leave it away where it had none",
      );
    const output = out === undefined ? Output.stdout() : await file(out, checkpoint?.out);
    const list = errors === undefined ? undefined : await file(errors, checkpoint?.errors);
    const writer = new ResultWriter(options, output, list);
    if (checkpoint === undefined) await writer.#begin();
    return writer;
  }

  async add(scored: Scored<TableRow>[]): Promise<void> {
    const { hash, writer, stars } = this.#options;
    for (const one of scored) {
      const failure = failureOf(one);
      this.count.add(failure?.code);
      hash.add(one.row);
      this.#segment += writer.row(one.row.record, resultCells(one, stars));
      if (failure !== undefined)
        this.#failures.push([this.count.rows, one.row.record.line, failure.code, failure.detail]);
    }
    if (this.#segment.length >= SEGMENT) await this.#flush();
  }

  /** Gives the outputs their names when all rows are written. */
  async finish(): Promise<void> {
    this.#segment += this.#options.writer.tail();
    await this.#flush();
    await this.#out.finish();
    await this.#errors?.finish();
  }

  async close(): Promise<void> {
    await this.#out.close();
    await this.#errors?.close();
  }

  /** Removes the outputs of a run that cannot be continued. */
  async remove(): Promise<void> {
    await this.#out.remove();
    await this.#errors?.remove();
  }

  async #begin(): Promise<void> {
    this.#segment = this.#options.writer.head();
    await this.#errors?.write(Buffer.from(spreadsheetCsv([ERROR_COLUMNS])));
    await this.#checkpoint();
  }

  async #flush(): Promise<void> {
    await this.#out.write(this.#options.writer.encode(this.#segment));
    await this.#errors?.write(Buffer.from(spreadsheetCsv(this.#failures)));
    this.#segment = "";
    this.#failures = [];
    await this.#checkpoint();
  }

  async #checkpoint(): Promise<void> {
    const { hash, setup, out } = this.#options;
    if (out === undefined) return;
    await this.#out.sync();
    await this.#errors?.sync();
    await writeCheckpoint(out, {
      setup,
      rows: this.count.rows,
      reasons: Object.fromEntries(this.count.reasons),
      rowsSha256: hash.digest,
      out: this.#out.partial,
      ...(this.#errors && { errors: this.#errors.partial }),
    });
  }
}
