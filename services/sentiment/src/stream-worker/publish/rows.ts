import { createReadStream } from "node:fs";
import { textDigest } from "@undertone/streams";
import { openTable } from "@undertone/tables";
import type { ReviewMessage } from "../messages.ts";

export interface RowOptions {
  textColumn?: string;
  idColumn?: string;
}

/** A row of a table: a review, or the reason why it is none. */
export interface Row {
  line: number;
  review?: ReviewMessage;
  fault?: string;
}

/** The rows of a file in order. Each piece of the file yields all rows that it completes. */
export async function* readRows(
  file: string,
  { textColumn, idColumn }: RowOptions,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Row[]> {
  const textNames = textColumn === undefined ? ["text", "review_text"] : [textColumn];
  const idNames = idColumn === undefined ? ["id", "review_id"] : [idColumn];
  const table = await openTable(counted(file, onBytes), { likelyColumns: [...textNames, ...idNames] });
  const textOf = table.column(...textNames);
  const hasId = idColumn !== undefined || idNames.some((name) => table.columns.includes(name));
  const idOf = hasId ? table.column(...idNames) : undefined;
  for await (const records of table.records()) {
    yield records.map((record) => {
      const { line, index } = record;
      if (record.fault !== undefined) return { line, fault: record.fault.detail };
      const text = textOf(record);
      if (typeof text !== "string") return { line, fault: "Expected a text, found none." };
      const own = idOf?.(record) ?? "";
      if (typeof own !== "string" && typeof own !== "number")
        return { line, fault: "Expected a text or a number as id." };
      // A row without an id is identified by its number and its text, so publishing it again
      // changes nothing.
      const id = own === "" ? `${index + 1}-${textDigest(text)}` : String(own);
      return { line, review: { version: 1 as const, id, text } };
    });
  }
}

async function* counted(file: string, onBytes: (bytes: number) => void): AsyncGenerator<Buffer> {
  for await (const chunk of createReadStream(file)) {
    onBytes(chunk.length);
    yield chunk;
  }
}
