import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { openTable, TableError, type TableOptions, TableWriter } from "@undertone/tables";
import { pieces, readAll, zstdStored } from "../helpers/tables.ts";

const latin1 = (text: string) => Buffer.from(text, "latin1");
const utf32 = (text: string) => Buffer.from([...text].flatMap((char) => [char.charCodeAt(0), 0, 0, 0]));
/** Forty rows, compressed by the zstd program with a checksum. */
const ZSTD_ROWS = [
  "KLUv/QRY3QYAYk0fGJAlaQ5gHFFdqF89M5vuNlqyRZMBsTxGBYsYabY4ExHns+FsV87VcrbifENmqnCm3SxyM2l0Gk",
  "W/Ft0K61XrVlS/VqdBnURdhDptOHX4jXKr8iq342fkROQsF6FwjptsfFRsY1drI30zdRIDAoYCQSAwFAiAAT8UEA6D",
  "AEMnIPDCEckDh8jFUHIpRC6EkssgchGUrAPpNKCuIGuyLmuyLmuyRtZlXdZkXdbIOqisgcrat6x5y1q3THB3xHanZ8",
  "satkxav9PIQz/Ig9BBKB+EOshj9DGaI48B1HWuug==",
].join("");
const COLUMNS = '{"text":{"0":"a","1":"b"},"id":{"0":1,"1":2}}';

/** Files that are refused as a whole, with the expected message and its advice. */
const REFUSED: [what: string, file: string | Buffer, message: RegExp, options?: TableOptions][] = [
  ["UTF-32 without a mark", utf32("text\na\n"), /^The file is UTF-32.* Save it as UTF-8\.$/],
  [
    "a mark of another encoding than the one that is given",
    Buffer.from("\ufefftext\na\n", "utf16le"),
    /byte order mark of utf-16le\. Expected a file in utf-8.* Try encoding=utf-16le\.$/,
    { encoding: "utf-8" },
  ],
  ["UTF-8 with a mark as Windows-1252", "\ufefftext\né\n", /Try encoding=utf-8\.$/, { encoding: "cp1252" }],
  ["an encrypted Parquet file", latin1("PARE\x15\x04\0\0"), /an encrypted Parquet file/],
  ["an old Feather file", latin1("FEA1\0\0\0\0"), /a Feather file/],
  ["a file of compress", latin1("\x1f\x9d\x90\0\xff"), /\(\.Z\)/],
  ["zlib data", latin1("x\x9c\x01\0\xff\xff"), /zlib data/],
  ["a part of a zip archive", latin1("PK\x07\x08PK\x03\x04"), /a part of a zip/],
  [
    "a table that is not packed, as gzip",
    "text\na\n",
    /not begin as gzip data.* Try compression=none/,
    { compression: "gzip" },
  ],
  ["a web page that begins with a comment", "<!-- x -->\n<html></html>\n", /looks like HTML or XML\. Try/],
  ["XML without a declaration", "<reviews>\n<review>a</review>\n</reviews>\n", /looks like HTML or XML/],
  [
    "a title before the header",
    "Export of May\n\nid;text\n1;a\n",
    /Line 3 has such a name: remove the lines before it/,
  ],
  ["a comment before the header", "# Export, of May\nid,text\n1,a\n", /Line 2 has such a name/],
  [
    "a comment before JSON Lines",
    '// Export\n{"text":"a"}\n{"text":"b"}\n',
    /Line 2 looks like JSON: remove the lines/,
  ],
  ["lines that are quoted as a whole", '"id,text"\n"1,a"\n', /Each line is enclosed in quotes as a whole/],
  ["another delimiter than the given one", "id,text\n1,a\n", /looks separated by comma/, { delimiter: ";" }],
  ["carets between the cells", "id^text\n1^a\n", /It looks separated by "\^"\. Try/],
  ["the delimiter of Hive", "id\u0001text\n1\u0001a\n", /It looks separated by "\\u0001"\. Try/],
  ["commas of Chinese", "id，text\n1，a\n", /It looks separated by "，"\. Try/],
  ["what macOS leaves in an archive", latin1("\0\x05\x16\x07\0\x02\0\0Mac OS X"), /a resource file of macOS/],
  ["a name in capitals", "ID,Text\n1,a\n", /Try textColumn=Text, or/],
  ["a name in quotes of another kind", "id,'text'\n1,a\n", /Try textColumn=2, or/],
  ["a name with invisible characters", "id,text\u200b\n1,a\n", /"text\\u200b", separated/],
  ["two columns of another name", "id,text,x,x\n1,a,2,3\n", /both named "x".* Try textColumn=2\.$/],
  ["the columns of pandas", COLUMNS, /whole columns.*orient="records", lines=True/],
  ["the columns of pandas, cut by the head", COLUMNS, /whole columns/, { headBytes: 20 }],
  ["an array inside an object", '{"data":[{"text":"a"}]}\n', /The member "data" holds an array/],
  ["a JavaScript object", '{text: "a"}\n', /looks like a JavaScript object/],
  ["a comma before a bracket", '{"text":"a",}\n', /^Line 1, column 13: a comma before a closing bracket/],
  ["an array with a comment", '[\n// note\n{"text":"a"}]', /^Line 2, column 1: a comment is not JSON/],
  ["an array with NaN", '[{"text":"a"},\n{"n":NaN}]', /^Line 2, column 6: NaN is not JSON/],
  [
    "an array with two commas",
    '[{"text":"a"},\n,{"text":"b"}]',
    /^Line 2, column 1: expected an element, found a comma/,
  ],
  [
    "an array that begins with a comma",
    '[{"text":"a"}]'.replace("[", "[\n,"),
    /^Line 2, column 1/,
    { format: "json" },
  ],
  ["an array per line", '["id","text"]\n["1","a"]\n', /^Line 2, column 1: more follows the array/],
  ["JSON Lines as an array", '{"text":"a"}\n', /column 1: expected \[/, { format: "json" }],
];

describe("is refused with its reason:", () => {
  for (const [what, file, message, options = {}] of REFUSED)
    test(what, async () => {
      const error = await refusalOf(file, options);
      assert.match(
        error.adviseAs(({ option, value }) => (value === undefined ? option : `${option}=${value}`)),
        message,
      );
    });
});

async function refusalOf(file: string | Buffer, options: TableOptions): Promise<TableError> {
  try {
    const { table } = await readAll(file, { likelyColumns: ["text"], ...options });
    table.column("text");
  } catch (error) {
    assert.ok(error instanceof TableError, String(error));
    return error;
  }
  assert.fail("expected a refusal");
}

describe("zstd", () => {
  const frame = Buffer.from(ZSTD_ROWS, "base64");
  const skipped = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);

  test("skippable frames are skipped, and short frames are read", async () => {
    const short = zstdStored(Buffer.from("41,b\n"));
    const { records } = await readAll(Buffer.concat([skipped, frame, skipped, short]), {}, 3);
    assert.deepEqual(
      records.map(({ cells }) => Number(cells[0])),
      Array.from({ length: 41 }, (_, i) => i + 1),
    );
  });

  test("a changed byte is detected, if it changes the content", async () => {
    const rows = async (bytes: Buffer) => (await readAll(bytes)).records.map(({ raw }) => raw);
    const whole = await rows(frame);
    let refused = 0;
    for (let at = 4; at < frame.length; at++) {
      const damaged = Buffer.from(frame);
      damaged[at]! ^= 0x10;
      const read = await rows(damaged).catch((error) => {
        assert.ok(error instanceof TableError, String(error));
        refused += 1;
        return whole;
      });
      assert.deepEqual(read, whole, `byte ${at}`);
    }
    assert.ok(refused > frame.length * 0.9, `${refused} of ${frame.length}`);
  });

  test("a file that is cut off is detected, wherever it ends", async () => {
    for (let end = 4; end < frame.length; end++)
      await assert.rejects(readAll(frame.subarray(0, end)), /cut off/, `byte ${end}`);
  });
});

test("a character that the output encoding lacks ends the run with the number of its line", async () => {
  const { table, records } = await readAll("id,text\n1,fine\n2,a 映 film\n");
  const writer = new TableWriter(table, ["score"], "windows-1252");
  assert.equal(writer.row(records[0]!, [1]), "1,fine,1\n");
  assert.throws(
    () => writer.row(records[1]!, [1]),
    /^TableError: Line 3: the character U\+6620 cannot be written in windows-1252\.$/,
  );
  const header = await openTable(pieces(Buffer.from("id,映\n1,a\n")));
  assert.throws(() => new TableWriter(header, [], "latin1").head(), /Line 1: the character U\+6620/);
});
