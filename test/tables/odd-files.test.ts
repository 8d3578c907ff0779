import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { describeDetected, type TableOptions, TableWriter } from "@undertone/tables";
import { readAll } from "../helpers/tables.ts";

/** Realistic files, with the expected values of the column "text" and the detected properties. */
const READ: [
  what: string,
  file: string | Buffer,
  texts: string[],
  detected: RegExp,
  options?: TableOptions,
][] = [
  ["two byte order marks", "\ufeff\ufefftext,id\na,1\n", ["a"], /mark$/],
  ["two byte order marks in UTF-16", utf16("\ufeff\ufefftext,id\na,1\n"), ["a"], /utf-16le with/],
  ["two byte order marks before JSON Lines", '\ufeff\ufeff{"text":"a"}\n', ["a"], /JSON Lines/],
  ["two byte order marks before a JSON array", '\ufeff\ufeff[{"text":"a"}]', ["a"], /array/],
  ["a sep line in quotes", '"sep=;"\r\nid;text\r\n1;a\r\n', ["a"], /semicolon/],
  ["a sep line that another program took for a row", "sep=,,,\nid,text,x\n1,a,2\n", ["a"], /comma/],
  ["blank lines around a sep line", "\n \nsep=|\n\nid|text\n1|a\n", ["a"], /vertical bar/],
  ["a sep line in UTF-16", utf16("\ufeffsep=;\r\nid;text\r\n1;a\r\n"), ["a"], /semicolon, CRLF/],
  ["the Ctrl-Z of DOS at the end", "id,text\r\n1,a\r\n\x1a", ["a"], /CRLF/],
  ["blanks after delimiters", "id, text\n1, a\n", ["a"], /blanks around cells/],
  ["quotes after blanks", 'id, "text"\n1, "a, b"\n2, "c"\n', ["a, b", "c"], /blanks around cells/],
  ["quotes between blanks, semicolons", 'id ; "text"\n1 ; "a; b" \n', ["a; b"], /semicolon, LF, blanks/],
  ["blanks that are text", 'id,text\n1,"  a "\n2,  b\n', ["  a ", "  b"], /^CSV \(comma, LF\)/],
  ["delimiters at the end of the header only", "id,text,,\n1,a\n2,b\n", ["a", "b"], /comma/],
  ["delimiters at the end of every line", "id,text,\n1,a,\n2,b,\n", ["a", "b"], /comma/],
  ["a lone CR in a cell of a CRLF file", "id,text\r\n1,a\rb\r\n2,c\r\n", ["a\rb", "c"], /CRLF\)/],
  ["a lone LF in a cell of a CRLF file", "id,text\r\n1,a\nb\r\n2,c\r\n", ["a\nb", "c"], /CRLF\)/],
  ["a lone CR in a cell of an LF file", "id,text\n1,a\rb\n2,c\n", ["a\rb", "c"], /LF\)/],
  ["one column with commas", "text\na, b\nc\n", ["a, b", "c"], /semicolon/],
  [
    "Hive's delimiter",
    `id\x01text\n${"1\x01a\n".repeat(50)}`,
    Array(50).fill("a"),
    /u0001/,
    { delimiter: "\x01" },
  ],
  ["a comma after the last element", '[{"text":"a"},\n {"text":"b"},\n]\n', ["a", "b"], /array/],
  ["a first line that is broken", '{"text":"a\n{"text":"b"}\n', ["b"], /JSON Lines/],
  ["brackets and braces that are CSV", "{text},[id],text\n{1},[1],a\n", ["a"], /^CSV/],
];

function utf16(text: string): Buffer {
  return Buffer.from(text, "utf16le");
}

/** Beginnings that a pattern could match in very many ways. */
const SLOW: [what: string, file: string][] = [
  ["blank lines that end with CRLF", `${"\r\n".repeat(27)}id,text\r\n1,a\r\n`],
  ["a sep line with very many tabs that is a row", `sep=\t${"\t".repeat(60_000)}x,text\n1,a\n`],
];

describe("the delimiter is found in little time after", () => {
  for (const [what, file] of SLOW)
    test(what, async () => {
      const { user } = process.cpuUsage();
      await readAll(file, { likelyColumns: ["text"] }).catch(() => {});
      const ms = (process.cpuUsage().user - user) / 1_000;
      assert.ok(ms < 1_000, `${ms} ms of the processor`);
    });
});

describe("is read, and comes back byte for byte:", () => {
  for (const [what, file, texts, detected, options = {}] of READ)
    test(what, async () => {
      const { table, records } = await readAll(file, { likelyColumns: ["text"], ...options });
      const read = table.column("text");
      assert.deepEqual(
        records.filter(({ fault }) => fault === undefined).map((record) => read(record)),
        texts,
      );
      assert.match(describeDetected(table.detected), detected);
      const writer = new TableWriter(table, []);
      const back = [writer.head(), ...records.map(({ lead, raw, end }) => lead + raw + end), writer.tail()];
      const expected = what.startsWith("a comma after") ? file.toString().replace(",\n]", "\n]") : file;
      assert.deepEqual(writer.encode(back.join("")), Buffer.from(expected as string));
    });
});

test("the number of rows read is that of rows and blank lines, with and without a sep line", async () => {
  const { table, records } = await readAll("\n\nsep=;\n\ntext;id\n\na;1\n\n");
  assert.equal(table.skipped, 5);
  assert.deepEqual(
    records.map(({ line }) => line),
    [7],
  );
});

/** Files with one bad row, with the expected error of that row. */
const FAULTS: [what: string, file: string, detail: RegExp][] = [
  ["the header of a second file", "id,text\n1,a\nid,text\n2,b\n", /^The row is the header again/],
  ["the header of a second file, with its mark", "id,text\n1,a\n\ufeffid,text\n2,b\n", /the header again/],
  [
    "rows that a quote has swallowed",
    'id,text\n1,"a\n2,b\n3,"c"\n4,d\n',
    /^The quotes of the lines 2 to 4 do not pair/,
  ],
  [
    "a delimiter at the end of a row only",
    "id,text\n1,a,\n2,b\n",
    /ends with a delimiter, and the header does not/,
  ],
  ["single quotes that enclose nothing", "id,text\n1,'a, b'\n2,c\n", /needs double quotes around it/],
  ["a member that occurs twice", '{"text":"a","text":"b"}\n{"text":"c"}\n', /member "text" occurs twice/],
  ["a comma after an object", '{"text":"c"}\n{"text":"a"},\n', /^Column 13: a comma follows the object/],
  ["two objects on a line", '{"text":"c"}\n{"text":"a"}{"text":"b"}\n', /more follows the object/],
  ["a comment", '{"text":"c"}\n# note\n', /a comment is not JSON/],
  ["a tab in a string", '{"text":"c"}\n{"text":"a\tb"}\n', /a string has a control character/],
  ["an object a hundred thousand levels deep", `{"text":"c"}\n{"a":${"[".repeat(100_000)}\n`, /JSON/],
];
describe("fails without failing other rows:", () => {
  for (const [what, file, detail] of FAULTS)
    test(what, async () => {
      const { records } = await readAll(file);
      const faults = records.filter(({ fault }) => fault !== undefined);
      assert.equal(faults.length, 1);
      assert.equal(faults[0]!.fault!.code, "invalid_row");
      assert.match(faults[0]!.fault!.detail, detail);
      assert.ok(records.length > 1, "the others are read");
    });
});

test("a cell of several lines may have quotes of its own", async () => {
  const file = 'id,text\n1,"a ""b""\nc"\n2,"d\n""e"""\n3,5" f\n';
  const { records } = await readAll(file);
  assert.deepEqual(
    records.map(({ cells, fault }) => [cells[1], fault]),
    [
      ['a "b"\nc', undefined],
      ['d\n"e"', undefined],
      ['5" f', undefined],
    ],
  );
});
