import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { TableError, type TableErrorCode, type TableOptions } from "@undertone/tables";
import iconv from "iconv-lite";
import { pieces, readAll, zstdStored } from "../helpers/tables.ts";

async function refusal(
  input: string | Buffer,
  options: TableOptions = {},
  ...columns: string[]
): Promise<TableError> {
  try {
    const { table } = await readAll(input, options);
    if (columns.length > 0) table.column(...columns);
  } catch (error) {
    assert.ok(error instanceof TableError, String(error));
    return error;
  }
  assert.fail("expected a refusal");
}

async function refuses(
  input: string | Buffer,
  code: TableErrorCode,
  message: RegExp,
  options?: TableOptions,
  ...columns: string[]
): Promise<void> {
  const error = await refusal(input, options, ...columns);
  assert.deepEqual([error.code, message.test(error.message) || error.message], [code, true]);
  assert.ok(error.message.length < 500, "an error is not the file");
}

test("bytes that are not UTF-8 are named by line and byte, with a likely encoding", async () => {
  const text = "text,id\nA fine film,1\nI don’t like the café,2\n";
  const error = await refusal(iconv.encode(text, "windows-1252"));
  assert.equal(error.code, "invalid_encoding");
  assert.match(
    error.message,
    /^Line 3, byte 6: 0x92 is not valid in utf-8\. The file looks like windows-1252\./,
  );
  assert.match(
    error.adviseAs(({ option, value }) => `${option}=${value}`),
    /Try encoding=windows-1252, or encodingErrors=row\.$/,
  );
});

test("the line and byte of an invalid character are right inside a quoted cell of several lines", async () => {
  const bytes = Buffer.concat([
    Buffer.from('id,text\r\n1,"é one\r\ntwo '),
    Buffer.from([0xe9]),
    Buffer.from('"\r\n'),
  ]);
  await refuses(bytes, "invalid_encoding", /^Line 3, byte 5: 0xE9/);
});

test("with encodingErrors row only the row with such bytes fails, and it comes back as it was", async () => {
  const bytes = Buffer.concat([
    Buffer.from("text,id\na,1\ncaf"),
    Buffer.from([0xe9, 0x20, 0xf0, 0x9f]),
    Buffer.from(",2\nc,3\n"),
  ]);
  const { records } = await readAll(bytes, { encodingErrors: "row" });
  assert.deepEqual(
    records.map(({ fault }) => fault?.code),
    [undefined, "invalid_encoding", undefined],
  );
  assert.match(records[1]!.fault!.detail, /Line 3, byte 4: 0xE9/);
});

test("bytes that are not valid in another encoding are found too", async () => {
  await refuses(
    Buffer.from("text,id\na\x81b,1\n", "latin1"),
    "invalid_encoding",
    /Line 2, byte 2: 0x81 .* windows-1252/,
    {
      encoding: "windows-1252",
    },
  );
  await refuses(
    Buffer.from("text\nab", "utf16le").subarray(0, -1),
    "invalid_encoding",
    /Line 2, byte 3: 0x62 .*utf-16le/,
    {
      encoding: "utf-16le",
    },
  );
  await refuses(
    iconv.encode("text\nok\n", "utf-16be").fill(0xdc, 10, 11),
    "invalid_encoding",
    /Line 2.*0xDC/,
    {
      encoding: "utf-16be",
    },
  );
});

test("an empty file, only blank lines, only a header and an empty array have no rows", async () => {
  await refuses("", "empty_file", /The file is empty/);
  await refuses("\ufeff", "empty_file", /The file is empty/);
  await refuses(gzipSync(""), "empty_file", /The file is empty/);
  await refuses("\n \r\n", "empty_file", /blank lines only/);
  await refuses("text,id\n\n", "no_rows", /a header and no rows/);
  await refuses("[ ]", "no_rows", /no elements/);
});

const FOREIGN: [string, Buffer, RegExp][] = [
  ["an Excel file", Buffer.from("PK\x03\x04\x14\0\x06\0xl/workbook.xml", "latin1"), /zip archive, as Excel/],
  ["an old Excel file", Buffer.from("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0", "latin1"), /old Excel/],
  ["a Parquet file", Buffer.from("PAR1\x15\x04\x15\0", "latin1"), /Parquet/],
  ["a PDF file", Buffer.from("%PDF-1.7\n%\xe2\xe3", "latin1"), /PDF/],
  ["an HTML page", Buffer.from("\n<!DOCTYPE html><html><head>"), /HTML/],
  ["an HTML page in UTF-16", Buffer.from("\ufeff<html><body>x</body>", "utf16le"), /HTML/],
  ["XML", Buffer.from('<?xml version="1.0"?><a/>'), /XML/],
  ["gzip in gzip", gzipSync(gzipSync("text\na\n")), /gzip data, packed twice/],
  ["a Git LFS pointer", Buffer.from("version https://git-lfs.github.com/spec/v1\noid"), /Git LFS/],
  ["random bytes", Buffer.from(Array.from({ length: 4_096 }, (_, i) => (i * i * 7_919) >> 5)), /binary/],
];
for (const [name, bytes, message] of FOREIGN)
  test(`${name} with the name .csv is recognized`, () => refuses(bytes, "not_a_table", message));

test("a header may begin with the first bytes of another kind of file", async () => {
  for (const name of ["PAR1", "ORC", "BMI", "ID3", "MZ"])
    assert.deepEqual((await readAll(`${name},text\n1,a\n`)).table.columns, [name, "text"]);
});

test("the error for a missing column lists the existing ones, shortened and escaped", async () => {
  const names = ["id", "body\u0007", "x".repeat(80), ...Array.from({ length: 20 }, (_, i) => `c${i}`)];
  const error = await refusal(
    `${names.join(";")}\n${names.map(() => "1").join(";")}\n`,
    {},
    "text",
    "review_text",
  );
  assert.equal(error.code, "missing_column");
  assert.equal(
    error.message,
    [
      `Line 1: Expected a column "text" or "review_text"; found 23 columns: "id", "body\\u0007",`,
      `"${"x".repeat(40)}…", "c0", "c1", "c2", "c3", "c4", "c5", "c6" and 13 more, separated by semicolon.`,
    ].join(" "),
  );
  await refuses(
    '{"reviewText":"a","overall":5}\n',
    "missing_column",
    /found 2 columns: "reviewText", "overall"\.$/,
    {},
    "text",
  );
  await refuses("1,2\n", "missing_column", /found 2 columns and no header/, { header: false }, "3");
});

test("a column name that occurs twice is refused, and its number is accepted", async () => {
  const file = "rating,text,rating\n1,a,2\n";
  await refuses(file, "duplicate_column", /^Line 1: the columns 1 and 3 are both named "rating"/, {}, "text");
  const { table, records } = await readAll(file);
  assert.deepEqual(records.map(table.column("3")), ["2"]);
});

test("a row with too few or too many cells fails, and the others do not", async () => {
  const { records } = await readAll("text,id\na\nb,2,3\nc,4\n");
  assert.deepEqual(
    records.map(({ fault }) => fault?.detail),
    [
      "Expected 2 cells as in the header, found 1.",
      "Expected 2 cells as in the header, found 3. A cell that holds the delimiter needs double quotes around it.",
      undefined,
    ],
  );
});

test("a quote that is never closed is named by the line that opens it", async () => {
  await refuses(
    'text,id\na,1\n"two\nlines",2\n"open,3\nb,4\nc,5\n',
    "unclosed_quote",
    /^Line 5: a quote is opened/,
  );
  await refuses(
    `text,id\n"two\nlines","open${"\nlong".repeat(50)}`,
    "record_too_long",
    /^Line 2: .*opened on line 3/,
    {
      maxRecordBytes: 100,
    },
  );
});

test("the error for broken JSON has its place and never its text", async () => {
  const { records } = await readAll(
    '{"text":"a"}\n{"text":"secret","rating":NaN}\n{"text":"b",}\n{\'text\':1}\n[1]\n{"a":',
  );
  assert.deepEqual(
    records.map(({ fault }) => fault?.detail),
    [
      undefined,
      "Column 27: NaN is not JSON. Write null.",
      "Column 13: a comma before a closing bracket is not JSON. Remove it.",
      "Column 2: a single quote is not JSON. JSON has double quotes only.",
      "Expected a JSON object, found an array.",
      "Column 6: the JSON object ends too early.",
    ],
  );
});

test("a file that only looks like JSON is refused at once", async () => {
  await refuses("{'text': 'a'}\n{'text': 'b'}\n", "invalid_json", /Python dictionary/);
  await refuses('{\n  "reviews": []\n}\n', "invalid_json", /one JSON object over several lines/);
  await refuses('[{"text":"a"},\n {"text":NaN}]', "invalid_json", /^Line 2, column 10/);
  await refuses('[{"text":"a"},\n', "invalid_json", /Line 2: the JSON array is not closed/);
  await refuses("a\nb\n", "invalid_json", /^Line 1, column 1: /, { format: "jsonl" });
});

test("a compressed file that is cut off or damaged is refused, and not read in part", async () => {
  const gzip = gzipSync("text,id\na,1\n".repeat(1_000));
  await refuses(gzip.subarray(0, -6), "invalid_compression", /gzip data ends before/);
  const damaged = Buffer.from(gzip).fill(0xff, 12, 20);
  await refuses(damaged, "invalid_compression", /gzip data is damaged/);
  const zstd = zstdStored(Buffer.from("text,id\na,1\n".repeat(1_000)));
  await refuses(zstd.subarray(0, -6), "invalid_compression", /zstd data ends before/);
});

test("a file that decompresses to too many bytes is refused while it is decompressed", async () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, "\n"));
  await refuses(bomb, "too_many_bytes", /larger than 1000000 bytes/, { maxBytes: 1_000_000 });
});

test("impossible options are refused", async () => {
  await refuses("text\na\n", "invalid_option", /encoding "klingon" is unknown/, { encoding: "klingon" });
  await refuses("text\na\n", "invalid_option", /delimiter "ab"/, { delimiter: "ab" });
  await refuses("text\na\n", "invalid_option", /encoding "base64"/, { encoding: "base64" });
});

test("an error of the source is not reported as a broken file", async () => {
  async function* failing() {
    yield* pieces(gzipSync("text\na\n").subarray(0, 12));
    throw new Error("the disk is gone");
  }
  const { openTable } = await import("@undertone/tables");
  await assert.rejects(openTable(failing()), /the disk is gone/);
});
