import { fairTurn, parseJson } from "@undertone/base";
import { jsonFault } from "@undertone/tables";
import type { Static } from "typebox";
import { type Line, readLines } from "../../lines.ts";
import type { Row, Scored } from "../../scoring/in-order.ts";
import { Refusal } from "../../scoring/refusal.ts";
import { readItem } from "../items.ts";
import type { StreamLine } from "../schemas.ts";
import { StreamLimits } from "./stream-limits.ts";

/** One line of a stream: a text, or the fault because of which it has none. */
export interface StreamRow extends Row {
  line: number;
  id?: string;
  fault?: { code: "invalid_item" | "body_too_large"; detail: string };
}

/**
 * The lines that are read in one turn of the event loop. A packet may hold thousands of faulty
 * lines.
 */
const LINES_PER_TURN = 500;
/**
 * A smaller piece of the body is read at once, because its client may be waiting for the answer.
 */
const SMALL_BYTES = 4_096;

/** The rows of a stream's bytes. @throws Problem if the stream exceeds StreamLimits */
export async function* readStream(
  source: AsyncIterable<Buffer>,
  maxLength: number,
  packed: () => number | undefined,
): AsyncGenerator<StreamRow[]> {
  const limits = new StreamLimits(maxLength, packed);
  async function* counted(): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      limits.takeBytes(chunk);
      if (chunk.length > SMALL_BYTES) await fairTurn();
      yield chunk;
    }
  }
  for await (const lines of readLines(counted(), maxLength)) {
    limits.takeLines(lines.at(-1)!.number);
    for (let at = 0; at < lines.length; at += LINES_PER_TURN) {
      if (at > 0) await fairTurn();
      const rows = lines.slice(at, at + LINES_PER_TURN).map((line) => toRow(line, maxLength));
      for (const { line, fault } of rows) limits.takeRow(line, fault === undefined);
      yield rows;
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
    return fault("invalid_item", `The line could not be read as JSON. ${jsonFault(raw)}`);
  }
}

/** The answer to a line. */
export function toLine({ row, outcome }: Scored<StreamRow>): Static<typeof StreamLine> {
  const head = { line: row.line, ...(row.id === undefined ? {} : { id: row.id }) };
  if (row.fault !== undefined) return { ...head, status: "error", error: row.fault };
  if (!(outcome instanceof Refusal)) return { ...head, status: "ok", ...outcome! };
  return { ...head, status: "error", error: { code: outcome.code, detail: outcome.message } };
}
