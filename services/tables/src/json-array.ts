import { Tokenizer, TokenType } from "@streamparser/json";
import type { ByteSource } from "./byte-source.ts";
import { foreignSyntax, parseObject } from "./json-object.ts";
import { countLineEnds, type Records, type TableRecord } from "./record.ts";
import { TableError } from "./table-error.ts";

/**
 * Reads the elements of one JSON array from UTF-8 bytes. The text between two elements is the lead of
 * the second.
 * @throws TableError if the file is not one JSON array, or an element is too long
 */
export async function* readJsonArray(bytes: ByteSource, maxRecordBytes: number): Records {
  const elements = new Elements(maxRecordBytes);
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    const batch = elements.write(chunk);
    if (batch.length > 0) yield batch;
  }
  return elements.end();
}

/**
 * Finds the begin and the end of each element, and keeps the text between the elements. Offsets count
 * from the beginning of the file.
 */
class Elements {
  readonly #tokenizer = new Tokenizer();
  readonly #maxRecordBytes: number;
  #depth = 0;
  #closed = false;
  #opened: number | undefined;
  #found: [from: number, to: number][] = [];
  #fault: { at: number; what?: string } | undefined;
  /** The offset of a comma after which no element has come yet. */
  #comma: number | undefined;
  #any = false;
  #chunks: Buffer[] = [];
  #start = 0; // the offset of #chunks in the file, in bytes
  #index = 0;
  #line = 1;

  constructor(maxRecordBytes: number) {
    this.#maxRecordBytes = maxRecordBytes;
    this.#tokenizer.onToken = ({ token, offset }) => this.#token(token, offset);
    this.#tokenizer.onError = ({ message }) => {
      this.#fault ??= { at: Number(/absolute position "(\d+)"/.exec(message)?.[1] ?? this.#start) };
    };
  }

  write(chunk: Buffer): TableRecord[] {
    this.#chunks.push(chunk);
    this.#tokenizer.write(chunk);
    const batch = this.#release();
    if (this.#fault !== undefined) throw this.#broken(this.#fault);
    const held = this.#chunks[0]!.length;
    if (held <= this.#maxRecordBytes) return batch;
    throw new TableError(
      "record_too_long",
      [
        `Line ${this.#line}: the array's element ${this.#index + 1} is longer than`,
        `${this.#maxRecordBytes} bytes.`,
      ].join(" "),
    );
  }

  /** The text after the last element, without a trailing comma, which JSON does not allow. */
  end(): string {
    const text = this.#text();
    if (this.#closed) return this.#comma === undefined ? text : text.replace(",", "");
    throw new TableError(
      "invalid_json",
      [
        `Line ${this.#line + countLineEnds(text)}: the JSON array is not closed.`,
        "The file is cut off, or is not a JSON array.",
      ].join(" "),
    );
  }

  #token(token: TokenType, offset: number): void {
    if (this.#closed) this.#fault ??= { at: offset, what: "more follows the array. Expected one array." };
    if (this.#depth === 0 && token !== TokenType.LEFT_BRACKET)
      this.#fault ??= { at: offset, what: "expected [ at the beginning of a JSON array." };
    if (this.#fault !== undefined) return;
    const closes = token === TokenType.RIGHT_BRACE || token === TokenType.RIGHT_BRACKET;
    if (closes) this.#depth -= 1;
    const comma = this.#depth === 1 && token === TokenType.COMMA;
    if (this.#opened !== undefined && (this.#depth === 0 || comma)) {
      this.#found.push([this.#opened, offset]);
      this.#opened = undefined;
      this.#any = true;
    } else if (comma && (this.#comma !== undefined || !this.#any))
      this.#fault = { at: offset, what: "expected an element, found a comma." };
    else if (this.#depth === 1 && !closes && !comma) this.#opened ??= offset;
    if (comma) this.#comma = offset;
    else if (this.#depth > 0) this.#comma = undefined;
    if (token === TokenType.LEFT_BRACE || token === TokenType.LEFT_BRACKET) this.#depth += 1;
    if (closes && this.#depth === 0) this.#closed = true;
  }

  #release(): TableRecord[] {
    const bytes = Buffer.concat(this.#chunks);
    let at = 0;
    const records = this.#found.map(([from, to]) => {
      const lead = bytes.toString("utf8", at, from - this.#start);
      const raw = bytes.toString("utf8", from - this.#start, to - this.#start).trimEnd();
      at = from - this.#start + Buffer.byteLength(raw);
      const line = this.#line + countLineEnds(lead);
      this.#line = line + countLineEnds(raw);
      return { index: this.#index++, line, lead, raw, end: "", cells: [], ...parseObject(raw) };
    });
    this.#found = [];
    this.#start += at;
    this.#chunks = [bytes.subarray(at)];
    return records;
  }

  #text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  #broken({ at, what }: { at: number; what?: string }): TableError {
    const bytes = Buffer.concat(this.#chunks);
    const before = bytes.toString("utf8", 0, at - this.#start);
    const column = before.length - Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r"));
    const text = bytes.toString("utf8", at - this.#start, at - this.#start + 100);
    const detail = what ?? foreignSyntax(text, 0) ?? "this is not JSON. Expected an array of objects.";
    return new TableError(
      "invalid_json",
      `Line ${this.#line + countLineEnds(before)}, column ${column}: ${detail}`,
    );
  }
}
