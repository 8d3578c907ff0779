import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { type TableOptions, TableWriter } from "@undertone/tables";
import fc from "fast-check";
import iconv from "iconv-lite";
import { readAll, zstdStored } from "../helpers/tables.ts";

const LETTERS = [
  ..."aZ09 =+-@'\"\\,;|\t\n\r_",
  "\r\n",
  "00",
  "é",
  "’",
  "ß",
  "映",
  "画",
  "🙂",
  "\u2028",
  '""',
];
const ENCODINGS = ["utf-8", "utf-16le", "utf-16be", "windows-1252", "iso-8859-1", "shift_jis", "gb18030"];
const MARKED = ["utf-8", "utf-16le", "utf-16be"];
const ENDS = { lf: ["\n"], crlf: ["\r\n"], cr: ["\r"], mixed: ["\n", "\r\n", "\r"] };

const cell = fc.array(fc.constantFrom(...LETTERS), { maxLength: 8 }).map((letters) => letters.join(""));
const anyCase = fc.record({
  rows: fc.array(fc.array(cell, { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 }),
  delimiter: fc.constantFrom(",", ";", "\t", "|"),
  ends: fc.constantFrom<(keyof typeof ENDS)[]>("lf", "crlf", "cr", "mixed"),
  pick: fc.array(fc.nat(2), { minLength: 20, maxLength: 20 }),
  encoding: fc.constantFrom(...ENCODINGS),
  mark: fc.boolean(),
  quoting: fc.constantFrom("needed", "all", "backslash", "single"),
  compression: fc.constantFrom("none", "gzip", "members", "zstd"),
  closed: fc.boolean(),
  pieceSize: fc.integer({ min: 1, max: 50 }),
  told: fc.boolean(),
});
type Case = typeof anyCase extends fc.Arbitrary<infer Value> ? Value : never;

/** The characters of a text that an encoding has. */
function sayable(text: string, encoding: string): string {
  return [...text].filter((char) => iconv.decode(iconv.encode(char, encoding), encoding) === char).join("");
}

function quoted(text: string, { delimiter, quoting }: Case): string {
  const quote = quoting === "single" ? "'" : '"';
  const needs = quoting === "all" || [delimiter, quote, "\n", "\r", "\\"].some((char) => text.includes(char));
  if (!needs) return text;
  if (quoting === "backslash") return `"${text.replace(/[\\"]/g, "\\$&")}"`;
  return quote + text.replaceAll(quote, quote + quote) + quote;
}

function written(one: Case, cells: string[][]): Buffer {
  const end = (i: number) => ENDS[one.ends][(one.pick[i] ?? 0) % ENDS[one.ends].length]!;
  const lines = cells.map((row) => row.map((text) => quoted(text, one)).join(one.delimiter));
  const text = lines.map((line, i) => line + (i < lines.length - 1 || one.closed ? end(i) : "")).join("");
  const mark = one.mark && MARKED.includes(one.encoding) ? "\ufeff" : "";
  return iconv.encode(mark + text, one.encoding);
}

function packed(bytes: Buffer, compression: Case["compression"]): Buffer {
  if (compression === "zstd") return zstdStored(bytes);
  if (compression === "gzip") return gzipSync(bytes);
  if (compression === "none") return bytes;
  const half = bytes.length >> 1;
  return Buffer.concat([gzipSync(bytes.subarray(0, half)), gzipSync(bytes.subarray(half))]);
}

/** The options of the reader: none that it can detect, or all. */
function optionsOf({ told, delimiter, encoding, quoting }: Case): TableOptions {
  const detectable = ["utf-8", "utf-16le", "utf-16be"].includes(encoding);
  return {
    likelyColumns: ["text"],
    ...((told || !detectable) && { encoding }),
    // With such a small head the rest of the table comes in pieces, and characters and records are
    // cut anywhere.
    ...(told && { delimiter, format: "csv", headBytes: 8 }),
    ...(quoting === "single" && { quote: "'" }),
    // The escape cannot be detected if no cell has one, or if its backslashes are ambiguous.
    escape: quoting === "backslash" ? "\\" : quoting === "single" ? "'" : '"',
  };
}

test("any table is read as written, and is written as read", async () => {
  await fc.assert(
    fc.asyncProperty(anyCase, async (one) => {
      const cells = [["id", "text", "rating"], ...one.rows].map((row) =>
        row.map((text) => sayable(text, one.encoding)),
      );
      const bytes = written(one, cells);
      const { table, records } = await readAll(packed(bytes, one.compression), optionsOf(one), one.pieceSize);
      assert.deepEqual(
        records.map((record) => record.cells),
        cells.slice(1),
      );
      assert.equal(table.detected.delimiter, one.delimiter);
      assert.equal(table.detected.encoding, one.encoding);
      const writer = new TableWriter(table, []);
      const back = [writer.head(), ...records.map((record) => writer.row(record, [])), writer.tail()];
      assert.deepEqual(writer.encode(back.join("")), bytes);
    }),
    { numRuns: 3_000 },
  );
});
