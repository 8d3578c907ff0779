import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import supertest from "supertest";
import { startApp } from "../helpers/app.ts";
import { start } from "../helpers/process.ts";

const folder = await mkdtemp(path.join(tmpdir(), "undertone-file-"));
const at = (name: string) => path.join(folder, name);
const RESULT_COLUMNS = "sentiment_label,sentiment_score,sentiment_truncated,sentiment_error";

describe("score FILE", async () => {
  const app = await startApp({ after });
  const httpScore = async (text: string) =>
    (await supertest(app.server).post("/sentiment").send({ text }).expect(200)).body.score as number;

  test("a CSV row is written as it was read, columns added, and its score is the one HTTP gives", async (t) => {
    const rows = ['1,"A ""great"" film,\r\nreally.",x', "2,bad,", "3,,y", '4,good 5" film,"z"'];
    await writeFile(at("in.csv"), `\uFEFFid,text,note\r\n${rows.join("\r\n")}\r\n`);
    const { code, stdout, stderr } = await start(t, ["score", at("in.csv")]).ended;
    const scores = await Promise.all(['A "great" film,\r\nreally.', "bad", 'good 5" film'].map(httpScore));
    const expected = [
      `id,text,note,${RESULT_COLUMNS}`,
      `${rows[0]},positive,${scores[0]},false,`,
      `${rows[1]},negative,${scores[1]},false,`,
      `${rows[2]},,,,empty_text`,
      `${rows[3]},positive,${scores[2]},false,`,
    ];
    assert.equal(stdout, expected.map((row) => `${row}\r\n`).join(""));
    assert.equal(code, 2);
    assert.match(stderr, /^4 rows: 3 scored, 1 failed; \d+ rows\/s$/m);
  });

  test("JSON Lines keep every member as it was written; a line that is no object stays visible", async (t) => {
    const lines = ['{"n": 1.10, "text":"great"}', "{}", "nonsense", '{"text":7}'];
    await writeFile(at("in.jsonl"), `${lines.join("\n")}\n\n`);
    const run = start(t, ["score", at("in.jsonl"), "--errors", at("errors.csv")]);
    const { code, stdout } = await run.ended;
    const failed =
      '"sentiment_label":null,"sentiment_score":null,"sentiment_truncated":null,"sentiment_error":"invalid_row"}';
    const score = await httpScore("great");
    assert.deepEqual(stdout.split("\n"), [
      `{"n": 1.10, "text":"great","sentiment_label":"positive","sentiment_score":${score},"sentiment_truncated":false,"sentiment_error":null}`,
      `{${failed}`,
      `{"raw":"nonsense",${failed}`,
      `{"text":7,${failed}`,
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
    const run = start(t, ["score", "-", "--format", "csv", "--column", "words", "--out", at("out.csv.gz")]);
    run.child.stdin!.end(gzipSync("words\ngreat\nbad\n"));
    const { code, stdout } = await run.ended;
    assert.equal(code, 0);
    assert.equal(stdout, "");
    const rows = gunzipSync(await readFile(at("out.csv.gz")))
      .toString()
      .split("\n");
    assert.match(rows[1]!, /^great,positive,0\.\d+,false,$/);
    assert.match(rows[2]!, /^bad,negative,/);
    assert.equal(existsSync(at("out.csv.gz.progress")), false);
  });

  test("a row with another number of fields fails alone", async (t) => {
    await writeFile(at("ragged.csv"), "a,text\n1\n2,good,x\n3,good");
    const { code, stdout } = await start(t, ["score", at("ragged.csv")]).ended;
    assert.match(stdout, /\n1,,,,,invalid_row\n2,good,x,,,,invalid_row\n3,good,positive,/);
    assert.equal(code, 2);
  });

  const faults: [string, string, string[], RegExp][] = [
    ["no column with a text", "id,words\n1,x\n", [], /expected a column text or review_text/],
    ["a column that would be written twice", "text,sentiment_label\nx,y\n", [], /scored before/],
    ["an empty file", "", [], /header line was expected/],
    ["a quote that is never closed", 'text\n"abc\n', [], /Quote Not Closed/],
    ["--resume without --out", "text\nx\n", ["--resume"], /--resume needs --out/],
    ["the input as the output", "text\nx\n", ["--out", at("fault.csv")], /different files/],
  ];
  for (const [what, content, options, message] of faults) {
    test(`${what} ends the run with exit code 1 and one sentence`, async (t) => {
      await writeFile(at("fault.csv"), content);
      const { code, stderr } = await start(t, ["score", at("fault.csv"), ...options]).ended;
      assert.equal(code, 1);
      assert.match(stderr, message);
      assert.equal(await readFile(at("fault.csv"), "utf8"), content);
    });
  }
});

describe("a run that was killed", () => {
  const input = at("many.csv");
  const text = "the film was good and ".repeat(8);
  const rows = Array.from({ length: 30_000 }, (_, i) => `${i},${i % 1000 === 7 ? "" : `"${text}"`}`);
  const options = ["score", input, "--out", at("many.out.csv.gz"), "--errors", at("many.errors.csv")];

  test("is resumed without a row lost or doubled", async (t) => {
    await writeFile(input, `id,text\n${rows.join("\n")}\n`);
    const killed = start(t, options);
    const progress = at("many.out.csv.gz.progress");
    while (!existsSync(progress)) await new Promise((resolve) => setTimeout(resolve, 5));
    killed.child.kill("SIGKILL");
    await killed.ended;
    const { rows: written } = JSON.parse(await readFile(progress, "utf8"));
    assert.ok(written > 0 && written < rows.length, "the kill came between the first and the last row");
    // What a kill in the middle of a segment leaves.
    for (const name of ["many.out.csv.gz", "many.errors.csv"])
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

  test("is not resumed over another input", async (t) => {
    const progress = {
      rows: 1,
      failed: 0,
      rowsSha256: "0",
      outBytes: 0,
      errorsBytes: 0,
      model: "tiny 1.0.0 float32",
    };
    await writeFile(at("many.out.csv.gz.progress"), JSON.stringify(progress));
    const { code, stderr } = await start(t, [...options, "--resume"]).ended;
    assert.equal(code, 1);
    assert.match(stderr, /the input does not begin with the rows/);
  });
});
