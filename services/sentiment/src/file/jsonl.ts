import { type Line, readLines } from "../lines.ts";
import type { Scored } from "../scoring/in-order.ts";
import type { FileRow, Format, FormatOptions } from "./format.ts";
import { RESULT_COLUMNS, resultCells } from "./result-columns.ts";

/** JSON Lines, an object a line. The added members come last; all before them is written as it was read. */
export function jsonLinesFormat({ columns, maxRowLength, stars }: FormatOptions): Format {
  function toRow({ number: line, text: raw }: Line): FileRow {
    if (raw === undefined)
      throw new Error(`line ${line} is longer than ${maxRowLength} UTF-16 units (MAX_BODY_BYTES)`);
    const row = { raw: raw.trimEnd(), line };
    const fault = (detail: string): FileRow => ({ ...row, fault: { code: "invalid_row", detail } });
    const value = parseObject(raw);
    if (value === undefined) return fault("The line is not a JSON object.");
    if (RESULT_COLUMNS.some((name) => Object.hasOwn(value, name)))
      throw new Error(`line ${line} was scored before`);
    const column = columns.find((name) => Object.hasOwn(value, name));
    if (column === undefined) return fault(`The object has no ${columns.join(" or ")} (see --column).`);
    const text = value[column];
    return typeof text === "string" ? { ...row, text } : fault(`${column} is not a string.`);
  }

  async function* read(source: AsyncIterable<Buffer>): AsyncGenerator<FileRow[]> {
    for await (const lines of readLines(source, maxRowLength)) yield lines.map(toRow);
  }

  function write(scored: Scored<FileRow>): string {
    const { raw } = scored.row;
    const added = JSON.stringify(resultCells(scored, stars)).slice(1);
    // A line that is no object stays visible, and the output is JSON Lines all the same.
    if (scored.row.fault !== undefined && parseObject(raw) === undefined)
      return `${JSON.stringify({ raw }).slice(0, -1)},${added}\n`;
    const comma = /^\s*\{\s*\}$/.test(raw) ? "" : ",";
    return `${raw.slice(0, -1)}${comma}${added}\n`;
  }

  return { read, head: () => "", write };
}

function parseObject(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return value !== null && typeof value === "object" && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
