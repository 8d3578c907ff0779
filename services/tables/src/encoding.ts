import { isUtf8 } from "node:buffer";
import chardet from "chardet";
import iconv from "iconv-lite";
import { TableError } from "./table-error.ts";

const MARKS: [bytes: number[], encoding: string][] = [
  // UTF-32 first: its little-endian mark begins with UTF-16's.
  [[0xff, 0xfe, 0, 0], "utf-32le"],
  [[0, 0, 0xfe, 0xff], "utf-32be"],
  [[0xef, 0xbb, 0xbf], "utf-8"],
  [[0xff, 0xfe], "utf-16le"],
  [[0xfe, 0xff], "utf-16be"],
];
const SAME: Record<string, string> = {
  utf8: "utf-8",
  utf16: "utf-16le",
  utf16le: "utf-16le",
  utf16be: "utf-16be",
  latin1: "iso-8859-1",
  cp1252: "windows-1252",
};
/** A valid UTF-8 file with a smaller share of NUL bytes than this is UTF-8 with faults, not UTF-16. */
const UTF16_NULS = 0.2;

export interface Encoding {
  name: string;
  /** The bytes of the byte order mark at the beginning of the file; empty if there is none. */
  mark: Buffer;
}

/**
 * The given encoding, or the one of the byte order mark, or UTF-16 if the NUL bytes show it, or
 * UTF-8.
 * @throws TableError for UTF-32, or if the mark contradicts the given encoding
 */
export function detectEncoding(head: Buffer, given: string | undefined): Encoding {
  const [bytes, marked] = MARKS.find(([bytes]) => bytes.every((byte, i) => head[i] === byte)) ?? [
    [],
    undefined,
  ];
  if (given !== undefined) {
    const name = knownEncoding(given);
    if (marked !== undefined && name !== marked) throw otherMark(name, marked);
    return { name, mark: Buffer.from(name === marked ? bytes : []) };
  }
  if (marked?.startsWith("utf-32") || isUtf32(head))
    throw new TableError("invalid_encoding", "The file is UTF-32, which is not read. Save it as UTF-8.");
  return { name: marked ?? utf16Order(head) ?? "utf-8", mark: Buffer.from(bytes) };
}

function otherMark(given: string, marked: string): TableError {
  return new TableError(
    "invalid_encoding",
    `The file begins with the byte order mark of ${marked}. Expected a file in ${given}, as the option says.`,
    marked.startsWith("utf-32") ? [] : [{ option: "encoding", value: marked }],
  );
}

/** Whether the same two of each four bytes are NUL. */
function isUtf32(head: Buffer): boolean {
  const length = head.length - (head.length % 4);
  if (length === 0) return false;
  const isNul = (offset: number) => {
    for (let i = offset; i < length; i += 4) if (head[i] !== 0) return false;
    return true;
  };
  const nuls = [0, 1, 2, 3].map(isNul);
  return (nuls[0]! && nuls[1]! && !nuls[3]) || (nuls[2]! && nuls[3]! && !nuls[0]);
}

/**
 * The byte order of UTF-16 follows from the positions of the NUL bytes, because line ends and
 * delimiters have one in every language. Undefined if NUL bytes are at odd and at even positions.
 */
function utf16Order(head: Buffer): string | undefined {
  const nuls: [even: number, odd: number] = [0, 0];
  for (let i = 0; i < head.length; i++) if (head[i] === 0) nuls[i % 2]! += 1;
  const [even, odd] = nuls;
  if (even + odd === 0 || (even > 0 && odd > 0 && Math.min(even, odd) * 50 > even + odd)) return undefined;
  const rare = even + odd < head.length * UTF16_NULS;
  if (rare && isUtf8(head.subarray(0, lastBreak(head)))) return undefined;
  return odd > even ? "utf-16le" : "utf-16be";
}

/** The end of the last ASCII byte: up to there no character is cut off. */
function lastBreak(head: Buffer): number {
  let end = head.length;
  while (end > 0 && head[end - 1]! >= 0x80) end--;
  return end;
}

/** The one spelling of an encoding's name. @throws TableError if the encoding cannot be read */
export function knownEncoding(given: string): string {
  const plain = given.toLowerCase().replace(/[^a-z0-9]/g, "");
  const name = SAME[plain] ?? given.toLowerCase();
  if (name.startsWith("utf-16") || name === "utf-8") return name;
  // iconv-lite ignores special characters in a name. Here they are refused, because the name may
  // become part of a header.
  if (/^[a-z0-9_.:-]+$/.test(name) && iconv.encodingExists(name) && keepsAscii(name)) return name;
  throw new TableError(
    "invalid_option",
    [
      `The encoding ${JSON.stringify(given.slice(0, 40))} is unknown.`,
      "Expected a name such as utf-8, utf-16le, windows-1252, iso-8859-1 or shift_jis.",
    ].join(" "),
  );
}

/** Whether the encoding keeps ASCII: delimiters, quotes and line ends are searched for as ASCII. */
function keepsAscii(name: string): boolean {
  const ascii = Buffer.from(Array.from({ length: 95 }, (_, i) => i + 32).concat(9, 10, 13));
  try {
    return iconv.decode(ascii, name) === ascii.toString("latin1");
  } catch {
    return false;
  }
}

/**
 * The likely encoding of bytes that are not UTF-8. It is a suggestion in an error message, and is
 * never used by itself.
 */
export function suggestEncoding(bytes: Buffer): string {
  const names = chardet.analyse(bytes).map(({ name }) => name.toLowerCase());
  const name = names.find(
    (name) => !/^(utf|ascii)/.test(name) && iconv.encodingExists(name) && keepsAscii(name),
  );
  // windows-1252 differs from Latin-1 in 27 characters, which are control characters in Latin-1.
  return name === undefined || name === "iso-8859-1" ? "windows-1252" : name;
}
