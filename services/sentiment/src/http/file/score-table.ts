import { fairTurn, Problem, unpackedWithin } from "@undertone/base";
import { type ByteSource, openTable, type Table, TableWriter } from "@undertone/tables";
import { scoreInOrder } from "../../scoring/in-order.ts";
import type { Refusal } from "../../scoring/refusal.ts";
import type { Score } from "../../scoring/score.ts";
import { RESULT_PREFIX, toTableOptions } from "../../table/options.ts";
import { failureOf, resultCells, resultColumns } from "../../table/result-columns.ts";
import { readRows, type TableRow, TEXT_COLUMNS } from "../../table/rows.ts";
import type { RowCount } from "../../table/summary.ts";
import type { RouteContext } from "../route-context.ts";
import type { FileQuery } from "./query.ts";
import type { Tally } from "./summary.ts";

/** The bytes that are parsed in one turn of the event loop. Each byte may be a row. */
const PIECE_BYTES = 8_192;
/** The rows that are scored, and written to the answer, together. */
const ROWS_PER_TURN = 100;
/** The most bytes without a row (blank lines, white space) in one place of any file. */
const FREE_BYTES = 1_048_576;
/**
 * The most line ends without a row: blank lines, or the lines of a quoted cell. Each costs a few
 * microseconds, and a small compressed file may hold millions.
 */
const FREE_LINES = 100_000;
const LINE_END = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** The size of a piece of the answer, in UTF-16 units. */
const PIECE = 65_536;
/**
 * The most columns. A row with too few cells gets empty ones, so even a short row costs as much as
 * the header has columns.
 */
const MAX_COLUMNS = 10_000;

interface Work {
  context: RouteContext;
  query: FileQuery;
  score: (texts: string[]) => Promise<readonly (Score | Refusal)[]>;
  /** The number of bytes received from the network. */
  received: () => number;
  /** Called with each batch of rows that was read. */
  onRows: () => void;
  /** Called with the number of bytes since the last row. If it throws, the work ends. */
  onPending: (bytes: number) => void;
  count: RowCount;
  tally: Tally;
}

/**
 *   stored bytes ─ table ─> rows ─ score in order ─> the same table with result columns, as bytes
 *
 * Rejects with a TableError, a Problem or a Refusal; so does the generator of the answer.
 */
export async function scoreTable(
  source: ByteSource,
  { context, query, score, received, onRows, onPending, count, tally }: Work,
): Promise<{ table: Table; results: AsyncGenerator<Buffer> }> {
  const { config, scorer } = context;
  const { textColumn, resultPrefix = RESULT_PREFIX, outputEncoding } = query;
  const columns = textColumn === undefined ? TEXT_COLUMNS : [textColumn];
  let lastRowAt = 0;
  let unpacked = 0;
  let lines = 0; // since the last row
  const table = await openTable(source, {
    ...toTableOptions(query),
    likelyColumns: columns,
    maxRecordBytes: config.maxBodyBytes,
    maxColumns: MAX_COLUMNS,
    pieceBytes: PIECE_BYTES,
    onUnpacked: async (bytes, piece) => {
      await fairTurn();
      unpacked = bytes;
      lines += countLineEnds(piece);
      unpackedWithin(bytes, received());
      onPending(bytes - lastRowAt);
      if (bytes - lastRowAt > Math.max(FREE_BYTES, 4 * config.maxBodyBytes))
        throw new Problem("body_too_large", `${bytes - lastRowAt} bytes came without a row.`);
      if (lines > FREE_LINES) throw new Problem("body_too_large", `${lines} lines came without a row.`);
    },
  });
  const stars = scorer.artifact.manifest.stars !== undefined;
  const writer = new TableWriter(table, resultColumns(resultPrefix, stars), outputEncoding);
  const read = readRows(table, columns);

  async function* rows(): AsyncGenerator<TableRow[]> {
    for await (const batch of read) {
      onRows();
      lastRowAt = unpacked;
      lines = 0;
      for (let at = 0; at < batch.length; at += ROWS_PER_TURN) {
        if (at > 0) await fairTurn();
        yield batch.slice(at, at + ROWS_PER_TURN);
      }
    }
  }

  function write(text: string): Buffer {
    const bytes = writer.encode(text);
    tally.bytes += bytes.length;
    return bytes;
  }

  async function* results(): AsyncGenerator<Buffer> {
    let text = writer.head();
    for await (const scored of scoreInOrder(rows(), score, config.maxStreamHeld)) {
      for (const one of scored) {
        const failure = failureOf(one);
        count.add(failure?.code);
        if (failure === undefined) tally.add(one.outcome as Score);
        text += writer.row(one.row.record, resultCells(one, stars));
        if (text.length < PIECE) continue;
        yield write(text);
        text = "";
      }
      if (text !== "") yield write(text);
      text = "";
    }
    text += writer.tail();
    if (text !== "") yield write(text);
  }
  return { table, results: results() };
}

function countLineEnds(piece: Buffer): number {
  let count = 0;
  for (const byte of piece) if (byte === LINE_END || byte === CARRIAGE_RETURN) count += 1;
  return count;
}

/**
 * Yields nothing until `size` units are gathered, `ms` have passed or the end is reached. So a
 * fault in a small file is found before the answer begins.
 */
export async function* gatherFirst(
  pieces: AsyncIterable<Buffer>,
  bytes: number,
  ms: number,
): AsyncGenerator<Buffer> {
  const begun = performance.now();
  let gathered: Buffer[] | undefined = [];
  let length = 0;
  for await (const piece of pieces) {
    if (gathered === undefined) {
      yield piece;
      continue;
    }
    gathered.push(piece);
    length += piece.length;
    if (length < bytes && performance.now() - begun < ms) continue;
    yield Buffer.concat(gathered);
    gathered = undefined;
  }
  if (gathered !== undefined) yield Buffer.concat(gathered);
}
