import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import iconv from "iconv-lite";
import supertest from "supertest";
import { Value } from "typebox/value";
import { scoreFile } from "../../services/sentiment/src/file/score-file.ts";
import { FileSummary } from "../../services/sentiment/src/http/file/summary.ts";
import { UploadState } from "../../services/sentiment/src/http/file/uploads.ts";
import { startApp, testConfig } from "../helpers/app.ts";
import { zstdStored } from "../helpers/tables.ts";
import { form, upload } from "../helpers/upload.ts";

const run = promisify(execFile);
const MODEL = { name: "tiny", version: "1.0.0" };
const CSV = [
  'id,"text",note',
  '007,"A ""great"" film, was it not?", spaced ',
  '2,"dull\nand bad",',
  "3,zyzzyva,x",
  "4,too few",
  "5,,",
  "",
  "6,good 🎬,é",
].join("\r\n");
const SUMMARY = { read: 7, scored: 3, failed: 3, skipped: 1 };

describe("POST /sentiment/file", async () => {
  const app = await startApp({ after }, { workers: 1 });
  await app.listen({ port: 0 });
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-upload-"));

  /** The output of `npm run score` for the same bytes. */
  async function fromCommand(bytes: Buffer, options = {}): Promise<Buffer> {
    const [file, out] = [path.join(folder, "in"), path.join(folder, "out")];
    await writeFile(file, bytes);
    await scoreFile(testConfig({ workers: 1 }), file, { out, ...options });
    return readFile(out);
  }

  const files: [name: string, bytes: Buffer, query?: string, options?: object][] = [
    ["comma CSV with CRLF, a byte order mark and quotes", Buffer.from(`\ufeff${CSV}`)],
    [
      "semicolons in Windows-1252",
      iconv.encode("id;text\n1;café is great\n", "windows-1252"),
      "?encoding=windows-1252",
      { encoding: "windows-1252" },
    ],
    ["UTF-16 with a mark", Buffer.from("\ufeffid,text\r\n1,Great film\r\n", "utf16le")],
    ["CR alone", Buffer.from("text,id\rGreat film,1\rBad film,2\r")],
    ["TSV", Buffer.from("Review\tLiked\nGreat film\t1\n"), "?textColumn=Review", { textColumn: "Review" }],
    [
      "no header",
      Buffer.from("1,Great film\n2,bad\n"),
      "?header=false&textColumn=2",
      { header: false, textColumn: "2" },
    ],
    ["JSON Lines", Buffer.from('{"text": "great" , "n": 1.0}\n{"review_text":"bad"}\n{\n{"text":7}\n')],
    ["a JSON array", Buffer.from('[\n {"text":"great"},\n {"text":"bad"}\n]\n')],
    ["two members of gzip", Buffer.concat([gzipSync("text\ngreat\n"), gzipSync("bad\n")])],
    ["zstd", zstdStored(Buffer.from("text\ngreat\n"))],
    [
      "rows of a wrong encoding",
      Buffer.from("text\ngreat\ncaf\xe9\n", "latin1"),
      "?encodingErrors=row",
      { encodingErrors: "row" },
    ],
  ];
  for (const [name, bytes, query = "", options] of files) {
    test(`${name}: the answer is the file command's output, byte for byte, raw and as a form`, async () => {
      const expected = await fromCommand(bytes, options);
      const raw = await upload(app, bytes, { query });
      assert.equal(raw.status, 200, raw.body.toString());
      assert.deepEqual(raw.body.toString("latin1"), expected.toString("latin1"));
      const { body, headers } = form([{ name: "file", fileName: "x.xlsx", content: bytes }]);
      assert.deepEqual((await upload(app, body, { query, headers })).body, expected);
    });
  }

  test("the summary is in the trailer, and the detected properties are in a header", async () => {
    const { headers, summary, body } = await upload(app, CSV);
    assert.ok(Value.Check(FileSummary, summary));
    assert.deepEqual(summary, {
      summary: {
        ...SUMMARY,
        reasons: { no_known_words: 1, invalid_row: 1, empty_text: 1 },
        positive: 2,
        meanScore: (summary.summary as { meanScore: number }).meanScore,
        bytes: body.length,
        complete: true,
      },
      model: MODEL,
    });
    assert.equal(headers["content-type"], "text/csv; charset=utf-8");
    assert.equal(headers.trailer, "sentiment-summary");
    const { format, delimiter, lineEnds } = JSON.parse(String(headers["sentiment-detected"]));
    assert.deepEqual([format, delimiter, lineEnds], ["csv", ",", "mixed"]);
  });

  test("with summary=line the last line is the summary, and the file is before it", async () => {
    const plain = await upload(app, CSV);
    const { body, summary } = await upload(app, CSV, { query: "?summary=line" });
    assert.ok(Value.Check(FileSummary, summary));
    const last: FileSummary = JSON.parse(body.toString().trimEnd().split("\n").at(-1)!);
    assert.deepEqual(last, summary);
    assert.deepEqual(body.subarray(0, last.summary.bytes), plain.body);
  });

  for (const [format, file, type] of [
    ["tsv", "text\tid\ngreat\t1\n", "text/tab-separated-values; charset=utf-8"],
    ["jsonl", '{"text":"great"}\n', "application/x-ndjson"],
    ["json", '[{"text":"great"}]', "application/json"],
  ])
    test(`${format} is answered as ${type}`, async () => {
      assert.equal((await upload(app, file!)).headers["content-type"], type);
    });

  test("a gzip-encoded body is read, and the answer is gzip if the client accepts it", async () => {
    const headers = { "content-encoding": "gzip", "accept-encoding": "gzip" };
    const plain = await upload(app, CSV);
    const packed = await upload(app, gzipSync(CSV), { headers });
    assert.equal(packed.headers["content-encoding"], "gzip");
    assert.deepEqual(gunzipSync(packed.body), plain.body);
    assert.deepEqual(packed.summary, plain.summary);
  });

  test("the prefix and the encoding of the result can be chosen", async () => {
    const query = "?resultPrefix=s_&outputEncoding=windows-1252";
    const { body, headers } = await upload(app, "text\ngreat café\n", { query });
    assert.equal(headers["content-type"], "text/csv; charset=windows-1252");
    assert.match(body.toString("latin1"), /^text,s_label,.*\ngreat caf\xe9,positive,/);
  });

  test("the state of an upload is kept for a while, and its id cannot be used twice at a time", async () => {
    const id = "0b6a7c1e-7d1f-4f63-9a55-3f1d2b8a9c00";
    const { summary } = await upload(app, CSV, { query: `?id=${id}` });
    const { body } = await supertest(app.server).get(`/sentiment/file/${id}`).expect(200);
    assert.ok(Value.Check(UploadState, body));
    const size = Buffer.byteLength(CSV);
    assert.deepEqual(body, { state: "complete", received: size, processed: size, ...summary });
    const again = await upload(app, "text\ngreat\n", { query: `?id=${id}` });
    assert.equal(again.status, 200);
  });

  test("curl sends a file as it is, and as a form", async () => {
    const file = path.join(folder, "curl.csv");
    await writeFile(file, CSV);
    const { port } = app.server.address() as { port: number };
    const url = `http://127.0.0.1:${port}/sentiment/file`;
    const expected = (await upload(app, CSV)).body.toString();
    for (const args of [
      ["--data-binary", `@${file}`],
      ["-F", `file=@${file}`],
      ["-T", file, "-X", "POST"],
    ])
      assert.equal((await run("curl", ["-sf", ...args, url])).stdout, expected, args.join(" "));
  });
});
