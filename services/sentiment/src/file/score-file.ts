import path from "node:path";
import type { Config } from "../config.ts";
import { openScorer } from "../open-scorer.ts";
import { scoreInOrder } from "../scoring/in-order.ts";
import { afterCheckpoint, checkpointFile, RowsHash, readCheckpoint, removeCheckpoint } from "./checkpoint.ts";
import { csvFormat } from "./csv.ts";
import type { FileRow, Format } from "./format.ts";
import { openInput } from "./input.ts";
import { jsonLinesFormat } from "./jsonl.ts";
import { Progress } from "./progress.ts";
import { ResultWriter } from "./result-writer.ts";

export interface FileOptions {
  out?: string;
  errors?: string;
  resume?: boolean;
  column?: string;
  format?: "csv" | "jsonl";
}

/** Text held in the engine at once, in UTF-16 units: enough to sort some thousand rows into full batches. */
const IN_FLIGHT = 4_194_304;

/**
 * input ─ unpack ─> rows ─ (after the checkpoint) ─> score in order ─> output, errors, checkpoint
 *
 * The exit code: 0, or 2 when some rows could not be scored. Rejects with one sentence when the run cannot go on.
 */
export async function scoreFile(config: Config, name: string, options: FileOptions): Promise<0 | 2> {
  const { out, resume = false } = options;
  checkNames(name, options);
  const formatWith = formatOf(config, name, options);
  const checkpoint = out === undefined ? undefined : await readCheckpoint(out);
  if (checkpoint !== undefined && !resume)
    throw new Error(`${checkpointFile(out!)} is there: a run was stopped; take --resume, or remove it`);
  const input = await openInput(name);
  const scorer = await openScorer({ ...config, maxQueueTokens: Number.MAX_SAFE_INTEGER });
  try {
    const { manifest } = scorer.artifact;
    const format = formatWith(manifest.stars !== undefined);
    const model = `${manifest.name} ${manifest.version} ${scorer.opened.precision}`;
    if (checkpoint !== undefined && checkpoint.model !== model)
      throw new Error(`--resume: expected the model ${checkpoint.model}, found ${model}`);
    const hash = new RowsHash();
    const writer = await ResultWriter.open({ format, hash, model, checkpoint, out, errors: options.errors });
    const progress = new Progress(input);
    try {
      const rows = afterCheckpoint(format.read(input.bytes), checkpoint ?? { rows: 0, rowsSha256: "" }, hash);
      let read = writer.rows;
      async function* counted(): AsyncGenerator<FileRow[]> {
        for await (const chunk of rows) {
          read += chunk.length;
          yield chunk;
        }
      }
      const score = async (texts: string[]) => (await scorer.score(texts)).outcomes;
      for await (const scored of scoreInOrder(counted(), score, IN_FLIGHT)) {
        await writer.add(scored);
        progress.update(writer.rows, read);
      }
      await writer.finish();
    } finally {
      progress.stop();
      await writer.close();
    }
    if (out !== undefined) await removeCheckpoint(out);
    const { rows, failed } = writer;
    console.error(
      `${rows} rows: ${rows - failed} scored, ${failed} failed; ${progress.rate.toFixed(0)} rows/s`,
    );
    return failed === 0 ? 0 : 2;
  } finally {
    await scorer.close();
  }
}

/** The file's format, once it is known whether the model estimates stars. */
function formatOf(
  { maxBodyBytes: maxRowLength }: Config,
  name: string,
  options: FileOptions,
): (stars: boolean) => Format {
  const columns = options.column === undefined ? ["text", "review_text"] : [options.column];
  const kind = options.format ?? /\.(csv|jsonl|ndjson)(\.gz)?$/i.exec(name)?.[1]?.toLowerCase();
  if (kind === undefined) throw new Error(`${name}: say what it is: --format csv or --format jsonl`);
  const format = kind === "csv" ? csvFormat : jsonLinesFormat;
  return (stars) => format({ columns, maxRowLength, stars });
}

function checkNames(name: string, { out, errors, resume }: FileOptions): void {
  if (resume && out === undefined) throw new Error("--resume needs --out: standard output cannot be resumed");
  const files = [name === "-" ? undefined : name, out, errors].filter((file) => file !== undefined);
  const paths = files.map((file) => path.resolve(file));
  if (new Set(paths).size < paths.length)
    throw new Error("the input, --out and --errors must be different files");
}
