import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { describeDetected } from "@undertone/tables";
import fc from "fast-check";
import iconv from "iconv-lite";
import { readAll } from "../helpers/tables.ts";

/** Two frames of the zstd program: a header with one row, and one more row. */
const ZSTD = "KLUv/QRoqQAAdGV4dCxpZApHcmVhdCBmaWxtLDEKMy3pgyi1L/0EWFkAAEJhZCBmaWxtLDIKyAUbBg==";

const texts = (records: { cells: readonly string[] }[]) => records.map(({ cells }) => cells.join("/"));

test("carriage returns alone end rows, as Excel for Mac writes them", async () => {
  const { table, records } = await readAll("text,id\rGreat film,1\rBad film,2\r");
  assert.deepEqual(texts(records), ["Great film/1", "Bad film/2"]);
  assert.equal(table.detected.lineEnds, "cr");
});

test("mixed line ends all end rows, and are reported as mixed", async () => {
  const { table, records } = await readAll("text,id\r\na,1\nb,2\rc,3");
  assert.deepEqual(texts(records), ["a/1", "b/2", "c/3"]);
  assert.deepEqual(
    records.map(({ line, end }) => [line, end]),
    [
      [2, "\n"],
      [3, "\r"],
      [4, ""],
    ],
  );
  assert.equal(table.detected.lineEnds, "mixed");
});

test("with lineEnds set, other line ends stay inside cells", async () => {
  const { records } = await readAll("text,id\na\rb,1\n", { lineEnds: "lf" });
  assert.deepEqual(texts(records), ["a\rb/1"]);
});

for (const [name, delimiter] of [
  ["semicolon", ";"],
  ["tab", "\t"],
  ["vertical bar", "|"],
  ["comma", ","],
])
  test(`a ${name} between cells is detected, although cells have the other delimiters`, async () => {
    const rows = [
      ["id", "text", "rating"],
      ["1", `"One, two; three | four${delimiter}"`, "4,5".replace(delimiter!, ".")],
    ];
    const { table, records } = await readAll(rows.map((row) => row.join(delimiter)).join("\n"));
    assert.equal(table.detected.delimiter, delimiter);
    assert.equal(records[0]!.cells[1], `One, two; three | four${delimiter}`);
    assert.match(describeDetected(table.detected), new RegExp(`CSV \\(${name}, LF\\), utf-8`));
  });

test("Excel's sep line gives the delimiter, is not a row, and comes back", async () => {
  const { table, records } = await readAll("sep=;\r\ntext;id\r\na,b;1\r\n");
  assert.deepEqual(texts(records), ["a,b/1"]);
  assert.equal(table.header!.lead, "sep=;\r\n");
  assert.equal(records[0]!.line, 3);
});

test("a backslash escapes quotes if only that reads the rows", async () => {
  const file = 'id,text\n1,"He said \\"no\\", twice"\n2,plain\n';
  const { table, records } = await readAll(file);
  assert.equal(table.detected.escape, "\\");
  assert.equal(records[0]!.cells[1], 'He said "no", twice');
  const paths = await readAll('id,text\n1,"C:\\dir\\"\n2,"a, b"\n');
  assert.equal(paths.table.detected.escape, '"');
  assert.equal(paths.records[0]!.cells[1], "C:\\dir\\");
});

test("UTF-16 in either order is detected with and without a mark", async () => {
  for (const encoding of ["utf-16le", "utf-16be"])
    for (const mark of ["", "\ufeff"]) {
      const bytes = iconv.encode(`${mark}id,text,rating\r\n1,Un café,5\r\n2,映画,4\r\n`, encoding);
      const { table, records } = await readAll(bytes);
      assert.equal(table.detected.encoding, encoding);
      assert.equal(table.detected.byteOrderMark, mark !== "");
      assert.deepEqual(texts(records), ["1/Un café/5", "2/映画/4"]);
    }
});

test("UTF-16 of a script without ASCII is distinguished from UTF-8 with a NUL", async () => {
  const rows = Array.from({ length: 50 }, (_, i) => `${i},${"映画は素晴らしい".repeat(20)}`);
  const { table } = await readAll(iconv.encode(["番号,文", ...rows].join("\n"), "utf-16le"));
  assert.equal(table.detected.encoding, "utf-16le");
  const { records } = await readAll("id,text\n1,a\0b\n2,fine\n");
  assert.match(records[0]!.fault!.detail, /NUL/);
  assert.equal(records[1]!.fault, undefined);
});

test("a given encoding decodes the file", async () => {
  const { records } = await readAll(iconv.encode("text,id\nI don’t like it,1\n", "windows-1252"), {
    encoding: "cp1252",
  });
  assert.equal(records[0]!.cells[0], "I don’t like it");
});

test("gzip of several members and zstd of several frames are one file each", async () => {
  const gzip = Buffer.concat([gzipSync("text,id\nGreat film,1\n"), gzipSync("Bad film,2\n")]);
  for (const [bytes, compression] of [
    [gzip, "gzip"],
    [Buffer.from(ZSTD, "base64"), "zstd"],
  ] as const) {
    const { table, records } = await readAll(bytes);
    assert.deepEqual(texts(records), ["Great film/1", "Bad film/2"]);
    assert.equal(table.detected.compression, compression);
  }
});

test("JSON Lines and a JSON array are detected by their content", async () => {
  const lines = await readAll('\ufeff{"text":"a","n":1.50}\r\n\n {"text":"b"} \n');
  assert.equal(lines.table.detected.format, "jsonl");
  assert.deepEqual(lines.table.columns, ["text", "n"]);
  assert.deepEqual(
    lines.records.map(({ line, raw, end }) => [line, raw, end]),
    [
      [1, '{"text":"a","n":1.50}', "\r\n"],
      [3, ' {"text":"b"} ', "\n"],
    ],
  );
  assert.equal(lines.table.skipped, 1);
  const array = await readAll('[\n  {"text": "a]}"},\n  {"text": "b"} ]\n');
  assert.equal(array.table.detected.format, "json");
  assert.deepEqual(
    array.records.map(({ members, line }) => [members!.text, line]),
    [
      ["a]}", 2],
      ["b", 3],
    ],
  );
});

test("JSON in any form is read as written, in pieces of any size", async () => {
  const objects = fc.array(fc.dictionary(fc.string(), fc.jsonValue()), { minLength: 1, maxLength: 5 });
  const spaces = fc.constantFrom("", " ", "\n", "\r\n  ");
  const ends = fc.constantFrom("\n", "\r\n", "\r");
  await fc.assert(
    fc.asyncProperty(
      objects,
      spaces,
      ends,
      fc.boolean(),
      fc.nat(20),
      async (values, space, end, lines, size) => {
        const written = values.map((value) => JSON.stringify(value));
        const text = lines
          ? written.map((line) => line + end).join("")
          : `${space}[${space}${written.join(`${space},${space}`)}${space}]${space}`;
        const { table, records } = await readAll(
          text,
          { format: lines ? "jsonl" : "json", headBytes: 4 },
          size + 1,
        );
        assert.deepEqual(
          records.map(({ members }) => JSON.stringify(members)),
          written,
        );
        const back = records.map(({ lead, raw, end }) => lead + raw + end).join("") + table.tail;
        assert.equal(back, text);
        if (lines) assert.ok(records.every((record) => record.end === end));
      },
    ),
    { numRuns: 500 },
  );
});

test("blank lines are skipped and counted, wherever they are", async () => {
  const { table, records } = await readAll("\n\nrating,text\n5,a\n\n  \n1,b\n\n\n");
  assert.deepEqual(texts(records), ["5/a", "1/b"]);
  assert.deepEqual(
    records.map(({ line }) => line),
    [4, 7],
  );
  assert.equal(table.skipped, 6);
});

test("quotes inside an unquoted cell are characters", async () => {
  const { records } = await readAll('rating,text\n4,A "great" film\n');
  assert.equal(records[0]!.cells[1], 'A "great" film');
});

test("columns of a table without a header have numbers", async () => {
  const { table, records } = await readAll("1,b,Great film\n2,b,Bad film\n", { header: false });
  const read = table.column("3");
  assert.deepEqual(records.map(read), ["Great film", "Bad film"]);
});
