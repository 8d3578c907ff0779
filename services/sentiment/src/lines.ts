import { isUtf8 } from "node:buffer";

/** One line without its end. `text` is missing if the line is too long or not UTF-8. */
export interface Line {
  number: number; // from 1, blank lines counted
  text?: string;
  tooLong?: boolean;
}

/** The most bytes of a UTF-16 unit in UTF-8. */
const MAX_BYTES = 3;
const MARK = Buffer.from("\ufeff");

/**
 * Splits bytes into lines. Each piece of input yields all lines that it completes. Blank lines are
 * left out. If a line is longer than `maxLength` UTF-16 units, nothing of it is kept, so memory
 * does not grow with it.
 */
export async function* readLines(source: AsyncIterable<Buffer>, maxLength: number): AsyncGenerator<Line[]> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;

  function hold(part: Buffer): void {
    length += part.length;
    if (length <= maxLength * MAX_BYTES) parts.push(part);
    else parts = [];
  }

  function* line(): Generator<Line> {
    let bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const over = length > maxLength * MAX_BYTES;
    parts = [];
    length = 0;
    number += 1;
    if (number === 1 && bytes.subarray(0, MARK.length).equals(MARK)) bytes = bytes.subarray(MARK.length);
    const text = bytes.toString();
    if (over || text.length > maxLength) yield { number, tooLong: true };
    else if (!isUtf8(bytes)) yield { number };
    else if (text.trim() !== "") yield { number, text };
  }

  for await (const chunk of source) {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(0x0a); end !== -1; end = chunk.indexOf(0x0a, from)) {
      hold(chunk.subarray(from, end));
      lines.push(...line());
      from = end + 1;
    }
    if (from < chunk.length) hold(chunk.subarray(from));
    if (lines.length > 0) yield lines;
  }
  if (length === 0) return;
  const last = [...line()];
  if (last.length > 0) yield last;
}
