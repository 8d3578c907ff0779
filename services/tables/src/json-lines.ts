import type { ByteSource } from "./byte-source.ts";
import { parseObject } from "./json-object.ts";
import { isBlank, lineEndings, type RecordBatch, type Records } from "./record.ts";
import { TableError } from "./table-error.ts";

export interface JsonLinesOptions {
  lineEnds: "lf" | "crlf" | "cr" | undefined;
  maxRecordBytes: number;
}

/**
 * Reads one JSON object per line. No piece of `bytes` (UTF-8) ends inside a character. Blank lines
 * belong to the lead of the next record.
 * @throws TableError if a line is too long
 */
export async function* readJsonLines(bytes: ByteSource, options: JsonLinesOptions): Records {
  const ends = lineEndings(options.lineEnds);
  const lineEnd = new RegExp(`(${ends.join("|")})`);
  let rest = "";
  let lead = "";
  let line = 1;
  let index = 0;

  function* records(parts: string[]): Generator<RecordBatch[number]> {
    for (let i = 0; i < parts.length; i += 2) {
      const raw = parts[i]!;
      const end = parts[i + 1] ?? "";
      if (isBlank(raw)) lead += raw + end;
      else {
        checkLength(raw, line, options.maxRecordBytes);
        yield { index: index++, line, lead, raw, end, cells: [], ...parseObject(raw) };
        lead = "";
      }
      line += 1;
    }
  }

  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    const text = rest + chunk.toString();
    // A CR at the end may be the first half of a CRLF. The LF is then in the next chunk.
    const held = text.endsWith("\r") && ends.length > 1 ? 1 : 0;
    const parts = text.slice(0, text.length - held).split(lineEnd);
    rest = parts.pop()! + text.slice(text.length - held);
    checkLength(rest, line + parts.length / 2, options.maxRecordBytes);
    const batch = [...records(parts)];
    if (batch.length > 0) yield batch;
  }
  const last =
    rest === "" ? [] : [...records(rest.split(lineEnd).filter((part, i) => part !== "" || i === 0))];
  if (last.length > 0) yield last;
  return lead;
}

function checkLength(text: string, line: number, maxRecordBytes: number): void {
  if (text.length <= maxRecordBytes && Buffer.byteLength(text) <= maxRecordBytes) return;
  throw new TableError("record_too_long", `Line ${line} is longer than ${maxRecordBytes} bytes.`);
}
