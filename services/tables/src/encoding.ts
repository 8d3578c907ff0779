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
/** Less than this share of NUL bytes in valid UTF-8 is a fault in a UTF-8 file, not UTF-16. */
const UTF16_NULS = 0.2;

export interface Encoding {
  name: string;
  /** Bytes of the byte order mark at the file's beginning. */
  mark: Buffer;
}

/** The encoding that was given, or that a mark or the bytes themselves tell. */
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

/** Of each character's four bytes the same two are NUL. */
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
 * Which half of UTF-16's units is NUL tells the order: line ends and delimiters have one in any
 * language. Nothing is said of a file whose NUL bytes stand at odd and even places.
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

/** The head ends anywhere; up to its last ASCII byte no character is cut. */
function lastBreak(head: Buffer): number {
  let end = head.length;
  while (end > 0 && head[end - 1]! >= 0x80) end--;
  return end;
}

/** One spelling per encoding. @throws TableError for one that cannot be read */
export function knownEncoding(given: string): string {
  const plain = given.toLowerCase().replace(/[^a-z0-9]/g, "");
  const name = SAME[plain] ?? given.toLowerCase();
  if (name.startsWith("utf-16") || name === "utf-8") return name;
  // iconv overlooks every sign in a name; what is taken for a name here may stand in a header.
  if (/^[a-z0-9_.:-]+$/.test(name) && iconv.encodingExists(name) && keepsAscii(name)) return name;
  throw new TableError(
    "invalid_option",
    `The encoding ${JSON.stringify(given.slice(0, 40))} is unknown. Expected a name such as utf-8, utf-16le, windows-1252, iso-8859-1 or shift_jis.`,
  );
}

/** Delimiters, quotes and line ends are looked for as ASCII. */
function keepsAscii(name: string): boolean {
  const ascii = Buffer.from(Array.from({ length: 95 }, (_, i) => i + 32).concat(9, 10, 13));
  try {
    return iconv.decode(ascii, name) === ascii.toString("latin1");
  } catch {
    return false;
  }
}

/**
 * What the bytes look like where they are not UTF-8: a suggestion for a person, never taken
 * unasked.
 */
export function suggestEncoding(bytes: Buffer): string {
  const names = chardet.analyse(bytes).map(({ name }) => name.toLowerCase());
  const name = names.find(
    (name) => !/^(utf|ascii)/.test(name) && iconv.encodingExists(name) && keepsAscii(name),
  );
  // The two differ in 27 characters that Latin-1 leaves to controls, and that Windows writes.
  return name === undefined || name === "iso-8859-1" ? "windows-1252" : name;
}
