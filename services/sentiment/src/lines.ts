import { StringDecoder } from "node:string_decoder";

/** One line without its end. `text` is missing where the line was longer than the limit. */
export interface Line {
  number: number; // from 1, blank lines counted
  text?: string;
}

/**
 * UTF-8 bytes as lines, all that one piece of input completes at a time. Blank lines are left out. Of a line
 * that is longer than `maxLength` UTF-16 units nothing is kept, so the memory does not grow with it.
 */
export async function* readLines(source: AsyncIterable<Buffer>, maxLength: number): AsyncGenerator<Line[]> {
  const decoder = new StringDecoder("utf8");
  let number = 0;
  let rest = "";
  let tooLong = false;
  const line = (text: string): Line[] => {
    number += 1;
    const over = tooLong || text.length > maxLength;
    tooLong = false;
    if (over) return [{ number }];
    return text.trim() === "" ? [] : [{ number, text }];
  };
  for await (const chunk of source) {
    const [head, ...others] = decoder.write(chunk).split("\n");
    rest = tooLong ? "" : rest + head;
    if (number === 0) rest = rest.replace(/^\uFEFF/, "");
    const lines: Line[] = [];
    for (const next of others) {
      lines.push(...line(rest));
      rest = next;
    }
    if (rest.length > maxLength) {
      tooLong = true;
      rest = "";
    }
    if (lines.length > 0) yield lines;
  }
  rest += decoder.end();
  if (rest === "" && !tooLong) return;
  const last = line(rest);
  if (last.length > 0) yield last;
}
