import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import iconv from "iconv-lite";
import type { Page } from "playwright-core";
import { scoreFile } from "../../../services/sentiment/src/file/score-file.ts";
import { SLOW_WORKER, testConfig } from "../../helpers/app.ts";
import { openPage, startBrowser, startService } from "./shared/open-page.ts";

const CSV = [
  'id,"text",note',
  '1,"A ""great"" film, was it not?", spaced ',
  '2,"dull\nand bad",',
  "3,zyzzyva,x",
  "4,too few",
  '5,a 5" screen was good,"quoted, kept"',
  "6,,",
  "",
  "7,good 🎬,é",
];
const JSON_LINES = [
  '{"text": "great" , "n": 1.0}',
  '{"review_text":"bad"}',
  "{",
  '{"text":7}',
  '{"text":""}',
].join("\n");

async function downloaded(page: Page): Promise<{ name: string; content: string; bytes: Buffer }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /^Download/ }).click(),
  ]);
  const bytes = await readFile(await download.path());
  return { name: download.suggestedFilename(), content: String(bytes), bytes };
}

const browser = await startBrowser({ after });
const { url } = await startService({ after });

describe("many reviews in a browser", async () => {
  // One page for all tables, as a user has who scores one file after the other.
  const tablePage = await openPage({ after }, browser, url, { acceptDownloads: true });
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-browser-"));

  /** The file that `npm run score` writes for the same input. */
  async function fromFileCommand(file: string): Promise<Buffer> {
    const out = `${file}.scored`;
    await scoreFile(testConfig({ workers: 1 }), file, { out });
    return readFile(out);
  }

  const files: [string, string | Buffer, string][] = [
    ["reviews.csv", CSV.join("\n"), "reviews-scored.csv"],
    ["windows.csv", `\uFEFF${CSV.join("\r\n")}\r\n`, "windows-scored.csv"],
    ["packed.csv.gz", gzipSync(CSV.join("\n")), "packed-scored.csv"],
    [
      "long.csv",
      ["text", ...Array.from({ length: 3000 }, (_, i) => `${"good ".repeat(i % 60)} bad`)].join("\n"),
      "long-scored.csv",
    ],
    ["reviews.jsonl", JSON_LINES, "reviews-scored.jsonl"],
    ["array.json", '[{"text":"great"},\n {"text":"bad"}]\n', "array-scored.json"],
    ["members.csv.gz", Buffer.concat([gzipSync("text\ngreat\n"), gzipSync("bad\n")]), "members-scored.csv"],
    ["excel.csv", Buffer.from("\ufeffid,text\r\n1,Great film\r\n", "utf16le"), "excel-scored.csv"],
    ["mac.csv", "text,id\rGreat film,1\rBad film,2\r", "mac-scored.csv"],
    ["europe.tsv", "id;text\n007;Great film\n", "europe-scored.tsv"],
  ];
  for (const [name, content, scoredName] of files) {
    test(`${name} is scored to what npm run score writes, byte for byte`, async () => {
      const file = path.join(folder, name);
      await writeFile(file, content);
      await tablePage.setInputFiles("#file", file);
      await tablePage.getByRole("button", { name: "Score all" }).click();
      await tablePage.locator("#many-status").getByText("scored in").waitFor();
      const { name: saved, bytes } = await downloaded(tablePage);
      assert.equal(saved, scoredName);
      assert.deepEqual(bytes, await fromFileCommand(file));
      assert.match(
        (await tablePage.locator("#many-rows tr").first().textContent())!,
        /(positive|negative)0\.\d{4}/,
      );
    });
  }

  test("texts, one a line, come back as CSV in their order, and the first are shown", async (t) => {
    const page = await openPage(t, browser, url, { acceptDownloads: true });
    await page.getByLabel("One review per line").fill('great, "really"\n\nzyzzyva\nbad');
    await page.getByRole("button", { name: "Score all" }).click();
    await page.getByText("1 could not be scored").waitFor();
    const rows = (await downloaded(page)).content.trimEnd().split("\n");
    assert.equal(
      rows[0],
      "text,sentiment_label,sentiment_score,sentiment_truncated,sentiment_warnings,sentiment_error",
    );
    assert.match(rows[1]!, /^"great, ""really""",positive,0\.\d+,false,,$/);
    assert.equal(rows[2], "zyzzyva,,,,,no_known_words");
    assert.match(rows[3]!, /^bad,negative,/);
    assert.match(
      (await page.locator("#many-rows tr").nth(1).textContent())!,
      /The model knows none of these words/,
    );
  });

  test("a file that is dropped is scored", async (t) => {
    const page = await openPage(t, browser, url, { acceptDownloads: true });
    const data = await page.evaluateHandle(() => {
      const transfer = new DataTransfer();
      transfer.items.add(new File(["text\ngreat\n"], "dropped.csv", { type: "text/csv" }));
      return transfer;
    });
    await page.dispatchEvent("#many", "drop", { dataTransfer: data });
    await page.getByText("1 text scored").waitFor();
    assert.match((await downloaded(page)).content, /^text,.*\ngreat,positive,/);
  });

  test("a file without a column of a usual name asks which one holds the text", async (t) => {
    const page = await openPage(t, browser, url, { acceptDownloads: true });
    await page.setInputFiles("#file", {
      name: "x.csv",
      mimeType: "text/csv",
      buffer: Buffer.from("id,opinion\n1,great\n"),
    });
    await page.getByRole("button", { name: "Score all" }).click();
    await page.locator("#many-error").getByText('found 2 columns: "id", "opinion"').waitFor();
    await page.getByLabel("Column of the text").fill("opinion");
    await page.getByRole("button", { name: "Score all" }).click();
    await page.getByText("1 text scored").waitFor();
  });

  test("the delimiter, the encoding and the lack of a header can be said", async (t) => {
    const page = await openPage(t, browser, url, { acceptDownloads: true });
    const buffer = iconv.encode("1~café is great\n", "windows-1252");
    await page.setInputFiles("#file", { name: "odd.csv", mimeType: "", buffer });
    await page.getByText("How the file is read").click();
    await page.getByLabel("Column of the text").fill("2");
    await page.getByLabel("Delimiter").fill("~");
    await page.getByLabel("Encoding").fill("windows-1252");
    await page.getByLabel("The first row names the columns").uncheck();
    await page.getByRole("button", { name: "Score all" }).click();
    await page.getByText("1 text scored").waitFor();
    assert.match((await page.locator("#many-rows tr").first().textContent())!, /^café is greatpositive/);
    const scored = iconv.decode((await downloaded(page)).bytes, "windows-1252");
    assert.match(scored, /^1~café is great~positive~/);
  });

  test("formulas that were typed are escaped in the download, unless that is switched off", async (t) => {
    const page = await openPage(t, browser, url, { acceptDownloads: true });
    await page.getByLabel("One review per line").fill("=1+1 great\n@good");
    await page.getByRole("button", { name: "Score all" }).click();
    await page.getByText("2 texts scored").waitFor();
    assert.match((await downloaded(page)).content, /\n'=1\+1 great,positive.*\n'@good,positive/);
    await page.getByLabel("Escape spreadsheet formulas").uncheck();
    assert.match((await downloaded(page)).content, /\n=1\+1 great,positive.*\n@good,positive/);
    await page.getByText("The columns of your own file stay as they were").waitFor();
  });

  test("a file of 20 MB, which a browser sends before it reads, is scored", async (t) => {
    const page = await openPage(t, browser, url, { acceptDownloads: true });
    const file = path.join(folder, "large.csv");
    await writeFile(
      file,
      `id,text\n${Array.from({ length: 20_000 }, (_, i) => `${i},great ${"p".repeat(990)}\n`).join("")}`,
    );
    await page.setInputFiles("#file", file);
    await page.getByRole("button", { name: "Score all" }).click();
    await page.getByText("20,000 texts scored").waitFor();
    const { content } = await downloaded(page);
    assert.equal(content.trimEnd().split("\n").length, 20_001);
  });

  for (const [what, name, content, sentence] of [
    ["an empty file", "x.csv", "", "The file is empty."],
    ["a header without rows", "x.csv", "text\n", "The file has a header and no rows."],
    [
      "a file that was scored",
      "x.csv",
      "text,sentiment_score\na,1\n",
      'The file has a column "sentiment_score" already.',
    ],
    ["a JSON file that is none", "x.json", '[{"text":"a"},\n{"text": nope}]', "this is not JSON"],
    ["an Excel file", "x.csv", "PK\u0003\u0004\u0014\u0000", "The file is a zip archive, as Excel"],
    [
      "bytes of another encoding",
      "x.csv",
      Buffer.from("text\ncaf\xe9\n", "latin1"),
      "Line 2, byte 4: 0xE9 is not valid in utf-8",
    ],
  ] as const) {
    test(`${what} is refused in words`, async () => {
      await tablePage.setInputFiles("#file", { name, mimeType: "", buffer: Buffer.from(content as string) });
      await tablePage.getByRole("button", { name: "Score all" }).click();
      await tablePage.locator("#many-error").getByText(sentence).waitFor();
    });
  }
});

test("a long run shows its progress, can be stopped, and gives what is done", async (t) => {
  const { url } = await startService(t, { program: SLOW_WORKER, batchTokens: 8 });
  const page = await openPage(t, browser, url, { acceptDownloads: true });
  await page
    .getByLabel("One review per line")
    .fill(Array.from({ length: 600 }, (_, i) => `great film ${i}`).join("\n"));
  await page.getByRole("button", { name: "Score all" }).click();
  await page
    .locator("#progress-note")
    .getByText(/\d+ texts, \d+ texts\/s, about \d+ s left/)
    .waitFor();
  const value = Number(await page.getByLabel("Progress").getAttribute("value"));
  assert.ok(value > 0 && value < 1, `progress ${value}`);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByText(/^Stopped\. \d+ texts scored/).waitFor();
  const rows = (await downloaded(page)).content.trimEnd().split("\n").slice(1);
  assert.ok(rows.length > 0 && rows.length < 600);
  for (const [i, row] of rows.entries()) assert.ok(row.startsWith(`great film ${i},positive,`), row);
});

test("a run whose service goes away says so, and gives what is done", async (t) => {
  const { app, url } = await startService(t, { program: SLOW_WORKER, batchTokens: 8 });
  const page = await openPage(t, browser, url, { acceptDownloads: true });
  const buffer = Buffer.from(`text\n${"great film\n".repeat(5000)}`);
  await page.setInputFiles("#file", { name: "x.csv", mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "Score all" }).click();
  await page
    .locator("#progress-note")
    .getByText(/[1-9]\d* texts/)
    .waitFor();
  await page.locator("#many-rows tr").first().waitFor();
  const closed = app.close();
  app.server.closeAllConnections(); // alone it would change nothing: Chromium sends again what got no answer at all
  await page
    .locator("#many-error")
    .getByText(/The connection broke off|The service does not answer/)
    .waitFor();
  await closed;
  await page.getByText(/^Not complete\. \d+ texts? scored/).waitFor();
  assert.match((await downloaded(page)).content, /great film,positive/);
});

test("texts that deserve less trust have their warnings in the table and in the download", async (t) => {
  const { url } = await startService(t, { modelDir: "models/reviews-bilstm" });
  const page = await openPage(t, browser, url, { acceptDownloads: true });
  const french = "Ce téléphone est nul et le vendeur ne répond jamais à mes messages.";
  await page
    .getByLabel("One review per line")
    .fill(`This phone is great and I would buy it again.\n${french}`);
  await page.getByRole("button", { name: "Score all" }).click();
  await page.getByText("2 texts scored").waitFor();
  const rows = await page.locator("#many-rows tr").allTextContents();
  assert.deepEqual(
    rows.map((row) => /not english$/.test(row)),
    [false, true],
  );
  assert.match((await downloaded(page)).content, new RegExp(`${french},\\w+,.*,not_english,`));
});

test("a service that limits its clients is asked again when it has said so", async (t) => {
  const page = await openPage(t, browser, url);
  let refused = 0;
  await page.route("**/sentiment/file?**", (route) => {
    if (refused++ > 0) return route.continue();
    return route.fulfill({ status: 429, headers: { "retry-after": "1" }, json: { code: "rate_limited" } });
  });
  await page.getByLabel("One review per line").fill("great\nbad");
  await page.getByRole("button", { name: "Score all" }).click();
  await page.getByText("2 texts scored").waitFor();
  assert.equal(refused, 2);
});
