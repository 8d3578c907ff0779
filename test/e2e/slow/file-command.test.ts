import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, type TestContext, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import supertest from "supertest";
import tinyModel from "../../fixtures/tiny-model/manifest.json" with { type: "json" };
import { startApp } from "../../helpers/app.ts";
import { start } from "../../helpers/process.ts";

const folder = await mkdtemp(path.join(tmpdir(), "undertone-file-"));
const at = (name: string) => path.join(folder, name);
const RESULT_COLUMNS =
  "sentiment_label,sentiment_score,sentiment_truncated,sentiment_warnings,sentiment_error";

describe("score FILE", async () => {
  const app = await startApp({ after });
  const httpScore = async (text: string) =>
    (await supertest(app.server).post("/sentiment").send({ text }).expect(200)).body.score as number;

  test("a CSV row is written as it was read, with result columns, and its score is that of HTTP", async (t) => {
    const rows = ['1,"A ""great"" film,\r\nreally.",x', "2,bad,", "3,,y", '4,good 5" film,"z"'];
    await writeFile(at("in.csv"), `\uFEFFid,text,note\r\n${rows.join("\r\n")}\r\n`);
    const { code, stdout, stderr } = await start(t, ["score", at("in.csv")]).ended;
    const scores = await Promise.all(['A "great" film,\r\nreally.', "bad", 'good 5" film'].map(httpScore));
    const expected = [
      `\uFEFFid,text,note,${RESULT_COLUMNS}`,
      `${rows[0]},positive,${scores[0]},false,,`,
      `${rows[1]},negative,${scores[1]},false,,`,
      `${rows[2]},,,,,empty_text`,
      `${rows[3]},positive,${scores[2]},false,,`,
    ];
    assert.equal(stdout, expected.map((row) => `${row}\r\n`).join(""));
    assert.equal(code, 2);
    assert.match(stderr, /^4 rows read: 3 scored, 1 failed \(empty_text 1\), 0 skipped; \d+ rows\/s$/m);
  });

  test("JSON Lines keep every member as it was written, and a line that is not an object is kept as raw", async (t) => {
    const lines = ['{"n": 1.10, "text":"great"}', "{}", "nonsense", '{"text":7}'];
    await writeFile(at("in.jsonl"), `${lines.join("\n")}\n\n`);
    const run = start(t, ["score", at("in.jsonl"), "--errors", at("errors.csv")]);
    const { code, stdout } = await run.ended;
    const failed =
      '"sentiment_label":null,"sentiment_score":null,"sentiment_truncated":null,' +
      '"sentiment_warnings":null,"sentiment_error":"invalid_row"}';
    const score = await httpScore("great");
    assert.deepEqual(stdout.split("\n"), [
      `{"n": 1.10, "text":"great","sentiment_label":"positive","sentiment_score":${score},` +
        '"sentiment_truncated":false,"sentiment_warnings":null,"sentiment_error":null}',
      `{${failed}`,
      `{"raw":"nonsense",${failed}`,
      `{"text":7,${failed}`,
      "",
      "",
    ]);
    assert.equal(code, 2);
    const errors = parse(await readFile(at("errors.csv"), "utf8"));
    assert.deepEqual(
      errors.map((row: string[]) => row.slice(0, 3)),
      [["row", "line", "code"], ...[2, 3, 4].map((n) => [`${n}`, `${n}`, "invalid_row"])],
    );
  });

  test("gzip is read from standard input and written to a .gz file; all scored is exit code 0", async (t) => {
    const run = start(t, ["score", "-", "--text-column", "words", "--out", at("out.csv.gz")]);
    run.child.stdin!.end(gzipSync("words\ngreat\nbad\n"));
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.equal(stdout, "");
    const rows = gunzipSync(await readFile(at("out.csv.gz")))
      .toString()
      .split("\n");
    assert.match(rows[1]!, /^great,positive,0\.\d+,false,,$/);
    assert.match(rows[2]!, /^bad,negative,/);
    assert.equal(existsSync(at("out.csv.gz.progress")), false);
  });

  test("a row with another number of fields fails, and the others do not", async (t) => {
    await writeFile(at("ragged.csv"), "a,text\n1\n2,good,x\n3,good");
    const { code, stdout } = await start(t, ["score", at("ragged.csv")]).ended;
    assert.match(stdout, /\n1,,,,,,invalid_row\n2,good,x,,,,,invalid_row\n3,good,positive,/);
    assert.equal(code, 2);
  });

  const faults: [string, string | Buffer, string[], RegExp][] = [
    [
      "no column with a text",
      "id,words\n1,x\n",
      [],
      /Expected a column "text" or "review_text".* Try --text-column/,
    ],
    [
      "a column that would be written twice",
      "text,sentiment_label\nx,y\n",
      [],
      /sentiment_label" already\. Try --result-prefix/,
    ],
    ["an empty file", "", [], /The file is empty/],
    ["a header without rows", "text,id\n", [], /a header and no rows/],
    [
      "a quote that is never closed",
      'text\n"abc\n',
      [],
      /Line 2: a quote is opened and never closed.* Try --quote none/,
    ],
    [
      "bytes of another encoding",
      Buffer.from("text\ncaf\xe9\n", "latin1"),
      [],
      /Line 2, byte 4: 0xE9.* Try --encoding windows-1252, or --encoding-errors row/,
    ],
    [
      "the same bytes deep in a file",
      Buffer.from(`text\n${"a fine film\n".repeat(20_000)}caf\xe9\n`, "latin1"),
      [],
      /Line 20002, byte 4/,
    ],
    [
      "rows of which none can be read",
      `text,id\n${"a,b,c\n".repeat(200)}`,
      [],
      /None of the first \d+ rows can be read\. Line 2: Expected 2 cells/,
    ],
    ["a Python dictionary per line", "{'text': 'a'}\n", [], /Python dictionary/],
    ["an Excel file", Buffer.from("PK\x03\x04\x14\0", "latin1"), [], /as Excel/],
    ["--resume without --out", "text\nx\n", ["--resume"], /--resume needs --out/],
    ["the input as the output", "text\nx\n", ["--out", at("fault.csv")], /different files/],
  ];
  for (const [what, content, options, message] of faults) {
    test(`${what} ends the run with exit code 1 and one sentence`, async (t) => {
      await writeFile(at("fault.csv"), content);
      const out =
        options.includes("--out") || options.includes("--resume") ? [] : ["--out", at("fault.out.csv")];
      const { code, stderr } = await start(t, ["score", at("fault.csv"), ...options, ...out]).ended;
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.ok(stderr.length < 1_000, "the error is not the file");
      assert.deepEqual(await readFile(at("fault.csv")), Buffer.from(content as string));
      const left = (await readdir(folder)).filter((name) => name.includes("fault") && name !== "fault.csv");
      assert.deepEqual(left, [], "nothing half-written stays");
    });
  }

  test("an export of Excel in UTF-16 comes back in UTF-16, or in the chosen encoding", async (t) => {
    const table = "\ufeffid;text\r\n007;Great film\r\n";
    await writeFile(at("excel.csv"), Buffer.from(table, "utf16le"));
    const args = ["score", at("excel.csv"), "--out", at("excel.out.csv")];
    const { code, stderr } = await start(t, args).ended;
    assert.equal(code, 0, stderr);
    assert.match(stderr, /CSV \(semicolon, CRLF\), utf-16le with a byte order mark/);
    const back = (await readFile(at("excel.out.csv"))).toString("utf16le");
    assert.match(back, /^\ufeffid;text;sentiment_label;.*\r\n007;Great film;positive;0\.\d+;false;;\r\n$/);
    await start(t, [...args, "--output-encoding", "utf-8"]).ended;
    assert.equal((await readFile(at("excel.out.csv"))).toString(), back);
  });

  test("the command has every option of a table", async (t) => {
    await writeFile(at("odd.txt"), Buffer.from("1|'a great | caf\xe9'|x\r2|'b'|\x81\r", "latin1"));
    const options = ["--no-header", "--text-column", "2", "--quote", "single", "--delimiter", "pipe"];
    const more = ["--line-ends", "cr", "--encoding", "cp1252", "--encoding-errors", "row", "--format", "csv"];
    const rest = ["--compression", "none", "--result-prefix", "tone_", "--errors", at("odd.errors.csv")];
    const run = start(t, ["score", at("odd.txt"), "--out", at("odd.out"), ...options, ...more, ...rest]);
    const { code, stderr } = await run.ended;
    assert.equal(code, 2, stderr);
    const out = (await readFile(at("odd.out"))).toString("latin1");
    assert.match(
      out,
      /^1\|'a great \| caf\xe9'\|x\|positive\|0\.\d+\|false\|\|\r2\|'b'\|\x81\|\|\|\|\|invalid_encoding\r$/,
    );
    assert.match(await readFile(at("odd.errors.csv"), "utf8"), /2,2,invalid_encoding,"Line 2, byte 7: 0x81/);
  });
});

describe("a run that was killed", () => {
  const input = at("many.csv");
  const text = "the film was good and ".repeat(8);
  const rows = Array.from({ length: 15_000 }, (_, i) => `${i},${i % 1000 === 7 ? "" : `"${text}"`}`);
  const options = ["score", input, "--out", at("many.out.csv.gz"), "--errors", at("many.errors.csv")];

  test("is resumed without losing or repeating a row", async (t) => {
    await writeFile(input, `id,text\n${rows.join("\n")}\n`);
    const killed = start(t, options);
    const progress = at("many.out.csv.gz.progress");
    const written = async () =>
      existsSync(progress) ? JSON.parse(await readFile(progress, "utf8")).rows : 0;
    while ((await written()) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    killed.child.kill("SIGKILL");
    await killed.ended;
    const { rows: done, out: partial, errors: list } = JSON.parse(await readFile(progress, "utf8"));
    assert.ok(done > 0 && done < rows.length, "the kill came between the first and the last row");
    // What a kill in the middle of a segment leaves.
    assert.equal(
      existsSync(at("many.out.csv.gz")),
      false,
      "no half-written output has the name of a whole one",
    );
    for (const { name } of [partial, list])
      await writeFile(at(name), Buffer.concat([await readFile(at(name)), Buffer.from("torn")]));

    const unasked = await start(t, options).ended;
    assert.equal(unasked.code, 1);
    assert.match(unasked.stderr, /take --resume/);
    assert.equal((await start(t, [...options, "--resume"]).ended).code, 2);
    const out = gunzipSync(await readFile(at("many.out.csv.gz")))
      .toString()
      .trimEnd()
      .split("\n");
    assert.equal(out[0], `id,text,${RESULT_COLUMNS}`);
    assert.deepEqual(
      out.slice(1).map((line) => Number.parseInt(line, 10)),
      rows.map((_, i) => i),
    );
    const errors = (await readFile(at("many.errors.csv"), "utf8")).trimEnd().split("\n").slice(1);
    assert.deepEqual(
      errors.map((line) => Number.parseInt(line, 10)),
      rows.flatMap((_, i) => (i % 1000 === 7 ? [i + 1] : [])),
    );
    assert.equal(existsSync(progress), false);
  });

  const setup = {
    model: "tiny 1.0.0",
    "SHA-256 of the model's graph": tinyModel.files["model.onnx"].sha256,
    "result columns": RESULT_COLUMNS.replaceAll(",", ", "),
    format: "csv",
    delimiter: "comma",
    quote: "double",
    "character before a quote": '"',
    header: "true",
    "text column": "text or review_text",
    encoding: "utf-8",
    "encoding of the output": "utf-8",
  };
  const stopped = {
    rows: 1,
    reasons: {},
    rowsSha256: "0",
    out: { name: ".many.out.csv.gz.0123456789abcdef.partial", bytes: 0 },
    errors: { name: ".many.errors.csv.0123456789abcdef.partial", bytes: 0 },
  };
  async function resume(t: TestContext, progress: object, ...more: string[]) {
    for (const { name } of [stopped.out, stopped.errors]) await writeFile(at(name), "");
    await writeFile(input, `id,text,note\n${rows.map((row) => `${row},good`).join("\n")}\n`);
    await writeFile(at("many.out.csv.gz.progress"), JSON.stringify(progress));
    const { code, stderr } = await start(t, [...options, "--resume", ...more]).ended;
    assert.equal(code, 1);
    assert.equal(existsSync(at("many.out.csv.gz.progress")), true, "it can still be finished");
    return stderr;
  }

  test("is not resumed with another input", async (t) => {
    assert.match(await resume(t, { ...stopped, setup }), /the input does not begin with the rows/);
  });

  const other: [string, object, string[], RegExp][] = [
    [
      "with other result columns",
      { ...setup, "result columns": "sentiment_label, sentiment_score, sentiment_truncated" },
      [],
      /cannot be resumed. Expected result columns: sentiment_label, sentiment_score, sentiment_truncated; found .*_error\. Run again with what it was begun with, or remove this file/,
    ],
    [
      "with another model",
      { ...setup, model: "tiny 0.9.0" },
      [],
      /Expected model: tiny 0\.9\.0; found tiny 1\.0\.0/,
    ],
    [
      "with a model of the same name and another graph",
      { ...setup, "SHA-256 of the model's graph": "0" },
      [],
      /graph/,
    ],
    [
      "with another text column",
      setup,
      ["--text-column", "note"],
      /Expected text column: text or review_text; found note/,
    ],
    [
      "in another encoding",
      setup,
      ["--output-encoding", "UTF16"],
      /Expected encoding of the output: utf-8; found utf-16le/,
    ],
    ["under another prefix", setup, ["--result-prefix", "tone_"], /found tone_label/],
  ];
  for (const [how, begun, more, message] of other)
    test(`is not resumed ${how}`, async (t) => {
      assert.match(await resume(t, { ...stopped, setup: begun }, ...more), message);
    });

  test("is not resumed by a version that does not know its columns", async (t) => {
    const stderr = await resume(t, { ...stopped, model: "tiny 1.0.0" });
    assert.match(
      stderr,
      /many\.out\.csv\.gz\.progress: the stopped run was begun by another version.* remove this file/,
    );
  });

  test("is not resumed if its written rows are missing", async (t) => {
    const out = { ...stopped.out, name: ".many.out.csv.gz.fedcba9876543210.partial" };
    assert.match(await resume(t, { ...stopped, setup, out }), /fedcba9876543210\.partial: expected the rows/);
  });
});
