import { TableError } from "./table-error.ts";

/** The first bytes of other kinds of files, which may have the name `.csv` by mistake. */
const SIGNATURES: [bytes: string, what: string][] = [
  ["PK\x03\x04", "a zip archive, as Excel (.xlsx), OpenDocument and Word files are"],
  ["PK\x05\x06", "an empty zip archive"],
  ["PK\x07\x08", "a part of a zip archive"],
  ["\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel or Word file (.xls, .doc)"],
  ["PAR1", "a Parquet file"],
  ["%PDF-", "a PDF file"],
  ["PARE", "an encrypted Parquet file"],
  ["ARROW1", "an Arrow (Feather) file"],
  ["FEA1", "a Feather file"],
  ["ORC", "an ORC file"],
  ["Obj\x01", "an Avro file"],
  ["SQLite format 3\0", "an SQLite database"],
  ["\x89HDF\r\n\x1a\n", "an HDF5 file"],
  ["\x93NUMPY", "a NumPy array"],
  ["\x80\x04\x95", "a Python pickle"],
  ["BZh", "a bzip2 archive"],
  ["\xfd7zXZ\0", "an xz archive"],
  ["7z\xbc\xaf\x27\x1c", "a 7-Zip archive"],
  ["Rar!\x1a\x07", "a RAR archive"],
  ["\x04\x22\x4d\x18", "an LZ4 archive"],
  ["\x1f\x9d", "an archive of the program compress (.Z)"],
  ["x\x01", "zlib data"],
  ["x\x9c", "zlib data"],
  ["x\xda", "zlib data"],
  ["\x1f\x8b", "gzip data, packed twice or not unpacked"],
  ["\x28\xb5\x2f\xfd", "zstd data, packed twice or not unpacked"],
  ["\0\x05\x16\x07", "a resource file of macOS (._name), not the file itself that lies beside it"],
  ["\x89PNG", "a PNG image"],
  ["\xff\xd8\xff", "a JPEG image"],
  ["\x7fELF", "a program"],
];
/**
 * Signatures with which a table's first cell could begin. They count only if the head has control
 * characters that a text does not have.
 */
const ALSO_TEXT = new Set(["PAR1", "PARE", "FEA1", "ORC", "ARROW1", "BZh", "x\x01", "x\x9c", "x\xda"]);
const MARKUP: [start: RegExp, what: string][] = [
  [/^\s*(<!doctype html|<html|<head|<body)/i, "an HTML page, perhaps a page that asks for a login"],
  [/^\s*<\?xml|^\s*<!doctype/i, "an XML document"],
  [/^\{\\rtf/, "a rich text (RTF) document"],
  [
    /^version https:\/\/git-lfs\.github\.com\/spec\//,
    "a Git LFS pointer, not the file itself (run git lfs pull)",
  ],
];

/** @throws TableError if the first bytes are those of another kind of file */
export function refuseForeignFiles(head: Buffer): void {
  const start = head.toString("latin1", 0, 64);
  const binary = countControls(head) > 0;
  const what =
    SIGNATURES.find(([bytes]) => start.startsWith(bytes) && (binary || !ALSO_TEXT.has(bytes)))?.[1] ??
    (isTar(head) ? "a tar archive" : undefined);
  if (what !== undefined) throw notATable(what);
}

/**
 * The same for kinds of text. `head` is decoded, so a page in UTF-16 is recognised too. The delimiter
 * may be a control character.
 * @throws TableError if the text is another kind of file, or has too many control characters
 */
export function refuseForeignText(head: Buffer, delimiter: string | undefined): void {
  const text = head.toString("utf8", 0, 1_024);
  const what = MARKUP.find(([start]) => start.test(text))?.[1];
  if (what !== undefined) throw notATable(what);
  const controls = countControls(head, delimiter?.charCodeAt(0));
  if (controls > 3 && controls * 100 > head.length) throw notATable("binary data of an unknown kind");
}

/**
 * The number of control characters, without escapes, tabs, line ends and form feeds, which a text may
 * have, and without the character `but`.
 */
function countControls(bytes: Buffer, but?: number): number {
  let count = 0;
  for (const byte of bytes)
    if ((byte < 0x09 || (byte > 0x0d && byte < 0x20 && byte !== 0x1b)) && byte !== but) count += 1;
  return count;
}

function isTar(head: Buffer): boolean {
  return head.toString("latin1", 257, 262) === "ustar";
}

function notATable(what: string): TableError {
  return new TableError(
    "not_a_table",
    `The file is ${what}. Expected CSV, TSV, JSON Lines or a JSON array; export it as one of these.`,
  );
}
