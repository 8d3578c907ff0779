import {
  type Advice,
  describeDetected,
  openTable,
  type Table,
  TableError,
  TableWriter,
} from "@undertone/tables";
import type { Config } from "../config.ts";
import { openScorer } from "../open-scorer.ts";
import { scoreInOrder } from "../scoring/in-order.ts";
import type { Scorer } from "../scoring/scorer.ts";
import { RESULT_PREFIX, type TableSettings, toTableOptions } from "../table/options.ts";
import { resultColumns } from "../table/result-columns.ts";
import { readRows, type TableRow, TEXT_COLUMNS } from "../table/rows.ts";
import { describeSummary } from "../table/summary.ts";
import { afterCheckpoint, checkpointFile, RowsHash, readCheckpoint, removeCheckpoint } from "./checkpoint.ts";
import { type Input, openInput } from "./input.ts";
import { checkNames } from "./names.ts";
import { Progress } from "./progress.ts";
import { ResultWriter } from "./result-writer.ts";
import { checkSetup, runSetup } from "./run-setup.ts";

export interface FileOptions extends TableSettings {
  out?: string;
  errors?: string;
  resume?: boolean;
}

/**
 * The length of the texts that the engine holds at a time, in UTF-16 units. It is enough to sort
 * some thousand rows into full batches.
 */
const IN_FLIGHT = 4_194_304;

/**
 * input ─ table ─> rows ─ (after the checkpoint) ─> score in order ─> output, errors, checkpoint
 *
 * The exit code: 0, or 2 when some rows could not be scored. Rejects with one sentence when the run
 * cannot go on.
 */
export async function scoreFile(config: Config, name: string, options: FileOptions): Promise<0 | 2> {
  const { out, errors, resume = false } = options;
  if (resume && out === undefined) throw new Error("--resume needs --out: standard output cannot be resumed");
  try {
    const input = await openInput(name);
    await checkNames({ input: { name, info: input.info }, out, errors });
    const checkpoint = out === undefined ? undefined : await readCheckpoint(out);
    if (checkpoint !== undefined && !resume)
      throw new Error(`${checkpointFile(out!)} is there: a run was stopped; take --resume, or remove it`);
    const columns = options.textColumn === undefined ? TEXT_COLUMNS : [options.textColumn];
    const table = await openTable(input.bytes, {
      ...toTableOptions(options),
      likelyColumns: columns,
      maxRecordBytes: config.maxBodyBytes,
    });
    table.column(...columns); // refuses the file before the model is loaded
    console.error(`${name}: ${describeDetected(table.detected)}`);
    const scorer = await openScorer({ ...config, maxQueueTokens: Number.MAX_SAFE_INTEGER });
    try {
      return await scoreTable({ scorer, table, columns, input, checkpoint, options });
    } finally {
      await scorer.close();
    }
  } catch (error) {
    if (!(error instanceof TableError)) throw error;
    throw new Error(`${name}: ${error.adviseAs(asOption)}`);
  }
}

interface Run {
  scorer: Scorer;
  table: Table;
  columns: readonly string[];
  input: Input;
  checkpoint: Awaited<ReturnType<typeof readCheckpoint>>;
  options: FileOptions;
}

async function scoreTable({ scorer, table, columns, input, checkpoint, options }: Run): Promise<0 | 2> {
  const { out, errors, resultPrefix = RESULT_PREFIX, outputEncoding } = options;
  const { manifest } = scorer.artifact;
  const stars = manifest.stars !== undefined;
  const writer = new TableWriter(table, resultColumns(resultPrefix, stars), outputEncoding);
  const setup = runSetup(table, columns, manifest, options, writer.encoding);
  if (checkpoint !== undefined) checkSetup(checkpointFile(out!), checkpoint.setup, setup);
  const hash = new RowsHash();
  const results = await ResultWriter.open({ table, writer, hash, stars, setup, checkpoint, out, errors });
  const progress = new Progress(input);
  try {
    const start = checkpoint ?? { rows: 0, rowsSha256: "" };
    const rows = afterCheckpoint(readRows(table, columns), start, hash);
    let read = results.count.rows;
    async function* counted(): AsyncGenerator<TableRow[]> {
      for await (const chunk of rows) {
        read += chunk.length;
        yield chunk;
      }
    }
    const score = async (texts: string[]) => (await scorer.score(texts)).outcomes;
    for await (const scored of scoreInOrder(counted(), score, IN_FLIGHT)) {
      await results.add(scored);
      progress.update(results.count.rows, read);
    }
    await results.finish();
  } catch (error) {
    // If the file cannot be read to its end, resuming cannot help.
    if (error instanceof TableError) {
      await results.remove();
      if (out !== undefined) await removeCheckpoint(out);
    } else await results.close();
    throw error;
  } finally {
    progress.stop();
  }
  if (out !== undefined) await removeCheckpoint(out);
  const summary = results.count.summary(table.skipped);
  console.error(`${describeSummary(summary)}; ${progress.rate.toFixed(0)} rows/s`);
  return summary.failed === 0 ? 0 : 2;
}

/** An option as it is written on the command line. */
function asOption({ option, value }: Advice): string {
  if (option === "header") return "--no-header with --text-column";
  const flag = `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return value === undefined ? flag : `${flag} ${value}`;
}
