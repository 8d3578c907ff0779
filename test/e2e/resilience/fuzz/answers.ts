import type { Answered } from "./contract.ts";

export interface WireAnswer extends Answered {
  headers: Record<string, string>;
  /** False if the connection ended within it. */
  whole: boolean;
}

const END = "\r\n\r\n";

/**
 * The answers that came over a connection, by the rules of HTTP/1.1 and no others.
 * @throws Error if anything is no answer
 */
export function readAnswers(bytes: Buffer): WireAnswer[] {
  const answers: WireAnswer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const headEnd = bytes.indexOf(END, at);
    if (headEnd < 0) break;
    const [first = "", ...lines] = bytes.toString("latin1", at, headEnd).split("\r\n");
    const status = Number(/^HTTP\/1\.1 (\d{3}) [ -~]+$/.exec(first)?.[1]);
    if (Number.isNaN(status)) throw new Error(`not an answer: ${JSON.stringify(first.slice(0, 100))}`);
    const headers = Object.fromEntries(lines.map(header));
    const from = headEnd + END.length;
    const chunks: Buffer[] = [];
    let next: number;
    if (headers["transfer-encoding"] === "chunked") next = readChunks(bytes, from, chunks);
    else {
      const length = Number(headers["content-length"]);
      if (Number.isNaN(length)) throw new Error(`an answer without a length: ${first}`);
      next = from + length;
      chunks.push(bytes.subarray(from, next));
    }
    const body = Buffer.concat(chunks).toString();
    answers.push({ status, headers, body, whole: next <= bytes.length });
    at = next;
  }
  return answers;
}

function header(line: string): [string, string] {
  const [, name, value] = /^([a-z-]+): ([ -~]*)$/i.exec(line) ?? [];
  if (name === undefined) throw new Error(`not a header: ${JSON.stringify(line.slice(0, 100))}`);
  return [name.toLowerCase(), value!];
}

/** Where the chunks and their trailers end; infinite if they do not. */
function readChunks(bytes: Buffer, from: number, chunks: Buffer[]): number {
  for (let at = from; ; ) {
    const sizeEnd = bytes.indexOf("\r\n", at);
    if (sizeEnd < 0) return Number.POSITIVE_INFINITY;
    const size = Number.parseInt(bytes.toString("latin1", at, sizeEnd), 16);
    if (Number.isNaN(size)) throw new Error("a chunk without a size");
    if (size === 0) {
      // An empty line, after trailers if there are any.
      const trailersEnd = bytes.indexOf(END, sizeEnd);
      return trailersEnd < 0 ? Number.POSITIVE_INFINITY : trailersEnd + END.length;
    }
    chunks.push(bytes.subarray(sizeEnd + 2, sizeEnd + 2 + size));
    at = sizeEnd + 2 + size + 2;
  }
}
