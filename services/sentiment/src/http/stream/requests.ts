import type { Static } from "typebox";
import { Compile } from "typebox/compile";
import { readLines } from "../../lines.ts";
import type { Row, Scored } from "../../scoring/in-order.ts";
import { Refusal } from "../../scoring/refusal.ts";
import { BatchItem, type StreamLine } from "../schemas.ts";

/** One line of a stream: a text, or why it has none. */
export interface StreamRow extends Row {
  line: number;
  id?: string;
  fault?: { code: "invalid_body" | "body_too_large"; detail: string };
}

const item = Compile(BatchItem);

export async function* readStream(
  source: AsyncIterable<Buffer>,
  maxLength: number,
): AsyncGenerator<StreamRow[]> {
  for await (const lines of readLines(source, maxLength)) {
    yield lines.map(({ number, text }) => toRow(number, text, maxLength));
  }
}

function toRow(line: number, raw: string | undefined, maxLength: number): StreamRow {
  if (raw === undefined) {
    const detail = `The line is longer than ${maxLength} UTF-16 units.`;
    return { line, fault: { code: "body_too_large", detail } };
  }
  const fault = (detail: string): StreamRow => ({ line, fault: { code: "invalid_body", detail } });
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return fault("The line could not be read as JSON.");
  }
  if (item.Check(value)) return { line, ...value };
  const [error] = item.Errors(value);
  return fault(`line${error?.instancePath ?? ""} ${error?.message ?? "is not what the schema says"}.`);
}

/** What a line is answered with. */
export function toLine({ row, outcome }: Scored<StreamRow>): Static<typeof StreamLine> {
  const head = { line: row.line, ...(row.id === undefined ? {} : { id: row.id }) };
  if (row.fault !== undefined) return { ...head, status: "error", error: row.fault };
  if (!(outcome instanceof Refusal)) return { ...head, status: "ok", ...outcome! };
  return { ...head, status: "error", error: { code: outcome.code, detail: outcome.message } };
}
