import { suggestEncoding } from "./encoding.ts";
import { countLineEnds, type Fault, type TableRecord } from "./record.ts";
import { TableError } from "./table-error.ts";
import { fromUtf8, STAND_IN, type Transcoder } from "./transcode.ts";

export interface Checks {
  transcoder: Transcoder;
  encoding: string;
  encodingErrors: "stop" | "row";
  /** How many cells a row must have; undefined for JSON. */
  width: number | undefined;
  /** The file's first bytes, from which another encoding is suggested. */
  head: Buffer;
}

/**
 * The fault that a record has by itself, if any. @throws TableError where invalid bytes end the
 * reading
 */
export function findFault(record: TableRecord, checks: Checks): Fault | undefined {
  const invalid = checks.transcoder.foundInvalid ? invalidBytes(record, checks) : undefined;
  if (invalid !== undefined) {
    if (checks.encodingErrors === "stop") throw invalid;
    return { code: "invalid_encoding", detail: invalid.message };
  }
  if (record.fault !== undefined) return record.fault;
  if (record.raw.includes("\0"))
    return { code: "invalid_row", detail: "The row has a NUL character. Expected text." };
  const { width } = checks;
  if (width === undefined || record.cells.length === width) return undefined;
  const many = record.cells.length > width ? "A cell that holds the delimiter needs quotes." : "";
  return {
    code: "invalid_row",
    detail: `Expected ${cells(width)} as in the header, found ${record.cells.length}. ${many}`.trimEnd(),
  };
}

const cells = (count: number) => (count === 1 ? "1 cell" : `${count} cells`);

/** Where a record has the first byte that its encoding does not allow. */
export function invalidBytes(
  { raw, line }: TableRecord,
  { encoding, head }: Pick<Checks, "encoding" | "head">,
): TableError | undefined {
  const at = raw.search(STAND_IN);
  if (at === -1) return undefined;
  const before = raw.slice(0, at);
  const from = 1 + Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r"));
  const column = fromUtf8(before.slice(from), encoding).length + 1;
  const bytes = fromUtf8(raw, encoding);
  const found = [...fromUtf8(String.fromCodePoint(raw.codePointAt(at)!), encoding)].map(
    (byte) => `0x${byte.toString(16).toUpperCase().padStart(2, "0")}`,
  );
  const suggested = encoding === "utf-8" ? suggestEncoding(Buffer.concat([bytes, head])) : undefined;
  const looks = suggested === undefined ? "" : ` The file looks like ${suggested}.`;
  return new TableError(
    "invalid_encoding",
    `Line ${line + countLineEnds(before)}, byte ${column}: ${found.join(" ")} is not valid in ${encoding}.${looks}`,
    [
      ...(suggested === undefined ? [] : [{ option: "encoding", value: suggested } as const]),
      { option: "encodingErrors", value: "row" },
    ],
  );
}
