import { setImmediate as nextTurn } from "node:timers/promises";
import { Problem, parseJson, unpackedWithin } from "@undertone/base";
import type { Static } from "typebox";
import { type Line, readLines } from "../../lines.ts";
import type { Row, Scored } from "../../scoring/in-order.ts";
import { Refusal } from "../../scoring/refusal.ts";
import { readItem } from "../items.ts";
import type { StreamLine } from "../schemas.ts";

/** One line of a stream: a text, or why it has none. */
export interface StreamRow extends Row {
  line: number;
  id?: string;
  fault?: { code: "invalid_item" | "body_too_large"; detail: string };
}

/** Lines that are read in one turn of the event loop: a packet may hold thousands of faulty ones. */
const LINES_PER_TURN = 500;
/** Bytes without a line to answer (blank lines, a line without an end) that any stream may send. */
const FREE_BYTES = 1_048_576;

/**
 * The rows of a stream's bytes. Throws when it unpacks to more than is allowed (`packed` tells the bytes it came from), or
 * goes on without a line to answer for four times the longest line.
 */
export async function* readStream(
  source: AsyncIterable<Buffer>,
  maxLength: number,
  packed: () => number | undefined,
): AsyncGenerator<StreamRow[]> {
  let unpacked = 0;
  let unanswered = 0;
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      unpacked += chunk.length;
      unanswered += chunk.length;
      unpackedWithin(unpacked, packed());
      if (unanswered > Math.max(FREE_BYTES, 4 * maxLength))
        throw new Problem("body_too_large", `${unanswered} bytes came without a line that can be answered.`);
      yield chunk;
    }
  }
  for await (const lines of readLines(counted(), maxLength)) {
    unanswered = 0;
    for (let at = 0; at < lines.length; at += LINES_PER_TURN) {
      if (at > 0) await nextTurn();
      const slice = lines.slice(at, at + LINES_PER_TURN);
      yield slice.map((line) => toRow(line, maxLength));
    }
  }
}

function toRow({ number: line, text: raw, tooLong }: Line, maxLength: number): StreamRow {
  const fault = (code: "invalid_item" | "body_too_large", detail: string) => ({
    line,
    fault: { code, detail },
  });
  if (raw === undefined && tooLong)
    return fault("body_too_large", `The line is longer than ${maxLength} UTF-16 units.`);
  if (raw === undefined) return fault("invalid_item", "The line is not UTF-8.");
  try {
    return { line, ...readItem(parseJson(raw)) };
  } catch {
    return fault("invalid_item", "The line could not be read as JSON.");
  }
}

/** What a line is answered with. */
export function toLine({ row, outcome }: Scored<StreamRow>): Static<typeof StreamLine> {
  const head = { line: row.line, ...(row.id === undefined ? {} : { id: row.id }) };
  if (row.fault !== undefined) return { ...head, status: "error", error: row.fault };
  if (!(outcome instanceof Refusal)) return { ...head, status: "ok", ...outcome! };
  return { ...head, status: "error", error: { code: outcome.code, detail: outcome.message } };
}
