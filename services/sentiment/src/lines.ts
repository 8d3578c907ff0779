import { isUtf8 } from "node:buffer";

/**
 * One line without its end. `text` is missing where it is longer than the limit, or is not UTF-8.
 */
export interface Line {
  number: number; // from 1, blank lines counted
  text?: string;
  tooLong?: boolean;
}

/** Bytes that a UTF-16 unit takes at most in UTF-8. */
const MOST_BYTES = 3;
const MARK = Buffer.from("\ufeff");

/**
 * Bytes as lines, all that one piece of input completes at a time. Blank lines are left out. Of a
 * line that is longer than `maxLength` UTF-16 units nothing is kept, so the memory does not grow
 * with it.
 */
export async function* readLines(source: AsyncIterable<Buffer>, maxLength: number): AsyncGenerator<Line[]> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;

  function hold(part: Buffer): void {
    length += part.length;
    if (length <= maxLength * MOST_BYTES) parts.push(part);
    else parts = [];
  }

  function* line(): Generator<Line> {
    let bytes = parts.length === 1 ? parts[0]! : Buffer.concat(parts);
    const over = length > maxLength * MOST_BYTES;
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
