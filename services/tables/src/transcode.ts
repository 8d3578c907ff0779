import { isUtf8 } from "node:buffer";
import iconv from "iconv-lite";
import type { ByteSource } from "./byte-source.ts";

/*
 * A table is parsed as UTF-8 and written back in the encoding of the file:
 *
 *   file's bytes ─ toUtf8 ─> valid UTF-8 ─ parse, add columns ─> text ─ fromUtf8 ─> file's encoding
 *
 * Bytes that the encoding does not allow must come back too. A private character of plane 16 stands
 * for each: U+10FF00 + b for byte b, and U+10F000 + (u - 0xD800) for an unpaired unit u of UTF-16. If
 * the file itself has such a private character, its bytes count as not allowed.
 */
const BYTE = 0x10ff00;
const UNIT = 0x10f000;
/** A stand-in for a byte or a unit that the encoding does not allow. */
export const STAND_IN = /[\u{10F000}-\u{10F7FF}\u{10FF00}-\u{10FFFF}]/u;
const STAND_INS = /([\u{10F000}-\u{10F7FF}\u{10FF00}-\u{10FFFF}])/u;
const UNPAIRED = /\p{Surrogate}/u;
const NOT_UTF16 = /[\uD800-\uDFFF]|[\u{10F000}-\u{10F7FF}]|[\u{10FF00}-\u{10FFFF}]/gu;

export interface Transcoder {
  /** Returns the characters that are complete so far, as UTF-8. */
  write(chunk: Buffer): Buffer;
  end(): Buffer;
  /** Whether any bytes so far were not allowed. */
  readonly foundInvalid: boolean;
}

export function transcoder(encoding: string): Transcoder {
  if (encoding === "utf-8") return new Utf8();
  return encoding.startsWith("utf-16") ? new Utf16(encoding === "utf-16be") : new Legacy(encoding);
}

export async function* toUtf8(bytes: ByteSource, transcoder: Transcoder): AsyncGenerator<Buffer> {
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    const text = transcoder.write(chunk);
    if (text.length > 0) yield text;
  }
  const rest = transcoder.end();
  if (rest.length > 0) yield rest;
}

/** Encodes a text in the encoding of a file. Stand-ins become the bytes that they stand for. */
export function fromUtf8(text: string, encoding: string): Buffer {
  if (!STAND_IN.test(text)) return encode(text, encoding);
  const parts = text.split(STAND_INS).map((part, i) => {
    if (i % 2 === 0) return encode(part, encoding);
    const point = part.codePointAt(0)!;
    if (point >= BYTE) return Buffer.from([point - BYTE]);
    return encode(String.fromCharCode(point - UNIT + 0xd800), encoding);
  });
  return Buffer.concat(parts);
}

/** The first character of a text that cannot be written in an encoding, if there is one. */
export function unsayable(text: string, encoding: string): string | undefined {
  const isSayable = (part: string) => iconv.decode(iconv.encode(part, encoding), encoding) === part;
  return isSayable(text) ? undefined : [...text].find((char) => !isSayable(char));
}

function encode(text: string, encoding: string): Buffer {
  if (encoding === "utf-8") return Buffer.from(text);
  if (encoding === "utf-16le") return Buffer.from(text, "utf16le");
  if (encoding === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  return iconv.encode(text, encoding);
}

/** Passes valid UTF-8 on without a copy. */
class Utf8 implements Transcoder {
  #rest: Buffer = Buffer.alloc(0);
  foundInvalid = false;

  write(chunk: Buffer): Buffer {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const end = wholeCharacters(bytes);
    this.#rest = bytes.subarray(end);
    return this.#checked(bytes.subarray(0, end));
  }

  end(): Buffer {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return this.#checked(rest);
  }

  #checked(bytes: Buffer): Buffer {
    if (isPlainUtf8(bytes)) return bytes;
    this.foundInvalid = true;
    return Buffer.concat(lines(bytes).map((line) => (isPlainUtf8(line) ? line : standIns(line))));
  }
}

function isPlainUtf8(bytes: Buffer): boolean {
  return isUtf8(bytes) && (!bytes.includes(PLANE_16) || !STAND_IN.test(bytes.toString()));
}
const PLANE_16 = Buffer.from([0xf4, 0x8f]);

/** The number of bytes up to the end of the last complete character. */
function wholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue; // inside a character
    const size = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return size > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

class Utf16 implements Transcoder {
  readonly #bigEndian: boolean;
  #rest: Buffer = Buffer.alloc(0);
  foundInvalid = false;

  constructor(bigEndian: boolean) {
    this.#bigEndian = bigEndian;
  }

  write(chunk: Buffer): Buffer {
    const bytes = Buffer.concat([this.#rest, chunk]);
    let end = bytes.length - (bytes.length % 2);
    if (end >= 2 && isHighSurrogate(this.#unit(bytes, end - 2))) end -= 2;
    this.#rest = bytes.subarray(end);
    return this.#decode(bytes.subarray(0, end));
  }

  end(): Buffer {
    const odd = this.#rest.length % 2;
    const text = this.#decode(this.#rest.subarray(0, this.#rest.length - odd));
    if (odd === 0) return text;
    this.foundInvalid = true;
    return Buffer.concat([text, Buffer.from(String.fromCodePoint(BYTE + this.#rest.at(-1)!))]);
  }

  #unit(bytes: Buffer, at: number): number {
    return this.#bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
  }

  #decode(bytes: Buffer): Buffer {
    const text = (this.#bigEndian ? Buffer.from(bytes).swap16() : bytes).toString("utf16le");
    if (!UNPAIRED.test(text) && !STAND_IN.test(text)) return Buffer.from(text);
    this.foundInvalid = true;
    const units = (match: string) => match.split("").map((unit) => unit.charCodeAt(0) - 0xd800 + UNIT);
    return Buffer.from(text.replace(NOT_UTF16, (match) => String.fromCodePoint(...units(match))));
  }
}

const isHighSurrogate = (unit: number) => unit >= 0xd800 && unit <= 0xdbff;

/**
 * Decodes every other encoding, line by line. A line is valid if encoding its text gives the same
 * bytes again.
 */
class Legacy implements Transcoder {
  readonly #encoding: string;
  #rest: Buffer = Buffer.alloc(0);
  foundInvalid = false;

  constructor(encoding: string) {
    this.#encoding = encoding;
  }

  write(chunk: Buffer): Buffer {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    // No character of two or more bytes has the byte of a line end or a space.
    let end = 1 + Math.max(bytes.lastIndexOf(0x0a), bytes.lastIndexOf(0x0d));
    if (bytes.length - end > LONGEST_LINE) end = 1 + bytes.lastIndexOf(0x20) || bytes.length;
    this.#rest = bytes.subarray(end);
    return this.#decode(bytes.subarray(0, end));
  }

  end(): Buffer {
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return this.#decode(rest);
  }

  #decode(bytes: Buffer): Buffer {
    const whole = this.#decoded(bytes);
    if (whole !== undefined) return Buffer.from(whole);
    this.foundInvalid = true;
    return Buffer.concat(
      lines(bytes).map((line) => {
        const text = this.#decoded(line);
        return text === undefined ? standIns(line) : Buffer.from(text);
      }),
    );
  }

  /** The text of the bytes; undefined if they are not valid. */
  #decoded(bytes: Buffer): string | undefined {
    const text = iconv.decode(bytes, this.#encoding, { stripBOM: false });
    const valid = !STAND_IN.test(text) && iconv.encode(text, this.#encoding, { addBOM: false }).equals(bytes);
    return valid ? text : undefined;
  }
}

/**
 * A longer line, in bytes, is read in parts, so that a file without line ends does not fill the
 * memory.
 */
const LONGEST_LINE = 8_388_608;

function lines(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; at++)
    if (bytes[at] === 0x0a || bytes[at] === 0x0d) {
      parts.push(bytes.subarray(start, at + 1));
      start = at + 1;
    }
  return [...parts, bytes.subarray(start)];
}

/** ASCII stays, so that the line keeps its cells. Every other byte becomes a stand-in. */
function standIns(line: Buffer): Buffer {
  const points = Array.from(line, (byte) => String.fromCodePoint(byte < 0x80 ? byte : BYTE + byte));
  return Buffer.from(points.join(""));
}
