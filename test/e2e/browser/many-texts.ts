import assert from "node:assert/strict";
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { parse } from "csv-parse/sync";
import type { Page } from "playwright-core";
import { scoreFile } from "../../../services/sentiment/src/file/score-file.ts";
import { SLOW_WORKER, testConfig } from "../../helpers/app.ts";
import { openPage, startBrowser, startService } from "./open-page.ts";

/** The page leaves out blank lines and the byte order mark, which the file command gives back. */
function rowsOf(name: string, scored: string): unknown[] {
  if (!name.endsWith(".jsonl"))
    return parse(scored, { bom: true, skip_empty_lines: true, relax_quotes: true, relax_column_count: true });
  const lines = scored.split("\n").filter((line) => line.trim() !== "");
  return lines.map((line) => JSON.parse(line));
}

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

async function downloaded(page: Page): Promise<{ name: string; content: string }> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /^Download/ }).click(),
  ]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path(), "utf8") };
}

describe("many reviews in a browser", async () => {
  const browser = await startBrowser({ after });
  const { url } = await startService({ after });
  const folder = await mkdtemp(path.join(os.tmpdir(), "undertone-browser-"));

  /** The file that `npm run score` writes for the same input. */
  async function fromFileCommand(file: string): Promise<string> {
    const out = `${file}.scored`;
    await scoreFile(testConfig({ workers: 1 }), file, {
      out,
      format: file.includes("jsonl") ? "jsonl" : "csv",
    });
    return readFile(out, "utf8");
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
  ];
  for (const [name, content, scoredName] of files) {
    test(`${name} is scored to the rows that npm run score makes, in their order`, async (t) => {
      const page = await openPage(t, browser, url, { acceptDownloads: true });
      const file = path.join(folder, name);
      await writeFile(file, content);
      await page.setInputFiles("#file", file);
      await page.getByRole("button", { name: "Score all" }).click();
      await page.locator("#many-status").getByText("scored in").waitFor();
      const { name: saved, content: scored } = await downloaded(page);
      assert.equal(saved, scoredName);
      assert.deepEqual(rowsOf(name, scored), rowsOf(name, await fromFileCommand(file)));
    });
  }

  test("texts, one a line, come back as CSV in their order, and the first are shown", async (t) => {
    const page = await openPage(t, browser, url, { acceptDownloads: true });
    await page.getByLabel("One review a line").fill('great, "really"\n\nzyzzyva\nbad');
    await page.getByRole("button", { name: "Score all" }).click();
    await page.getByText("1 could not be scored").waitFor();
    const rows = (await downloaded(page)).content.trimEnd().split("\n");
    assert.equal(
      rows[0],
      "text,sentiment_label,sentiment_score,sentiment_truncated,sentiment_warnings,sentiment_error",
    );
    assert.match(rows[1]!, /^"great, ""really""",positive,0\.\d+,false,$/);
    assert.equal(rows[2], "zyzzyva,,,,no_known_words");
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
    await page.getByText("Which column holds the text?").waitFor();
    await page.getByLabel("The text stands in").selectOption("opinion");
    await page.getByRole("button", { name: "Score all" }).click();
    await page.getByText("1 text scored").waitFor();
  });

  for (const [what, name, content, sentence] of [
    ["an empty file", "x.csv", "", "This file is empty."],
    ["a file that was scored", "x.csv", "text,sentiment_score\na,1\n", "This file was scored before."],
    ["a JSON file that is not lines", "x.json", "[\n1]", "This file is not JSON Lines"],
    ["gzip that is none", "x.csv.gz", "text\ngreat\n", "This file cannot be read"],
  ] as const) {
    test(`${what} is refused in words`, async (t) => {
      const page = await openPage(t, browser, url);
      await page.setInputFiles("#file", { name, mimeType: "", buffer: Buffer.from(content) });
      await page.getByRole("button", { name: "Score all" }).click();
      await page.locator("#many-error").getByText(sentence).waitFor();
    });
  }
});

test("a long run shows its progress, can be stopped, and gives what is done", async (t) => {
  const browser = await startBrowser(t);
  const { url } = await startService(t, { program: SLOW_WORKER, batchTokens: 8 });
  const page = await openPage(t, browser, url, { acceptDownloads: true });
  await page
    .getByLabel("One review a line")
    .fill(Array.from({ length: 600 }, (_, i) => `great film ${i}`).join("\n"));
  await page.getByRole("button", { name: "Score all" }).click();
  await page
    .locator("#progress-note")
    .getByText(/\d+ texts, \d+ a second, about \d+ s left/)
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
  const browser = await startBrowser(t);
  const { app, url } = await startService(t, { program: SLOW_WORKER, batchTokens: 8 });
  const page = await openPage(t, browser, url, { acceptDownloads: true });
  const buffer = Buffer.from(`text\n${"great film\n".repeat(5000)}`);
  await page.setInputFiles("#file", { name: "x.csv", mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "Score all" }).click();
  await page
    .locator("#progress-note")
    .getByText(/\d+ texts/)
    .waitFor();
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

test("a service that limits its clients is asked again when it has said so", async (t) => {
  const browser = await startBrowser(t);
  const { url } = await startService(t);
  const page = await openPage(t, browser, url);
  let refused = 0;
  await page.route("**/sentiment/stream", (route) => {
    if (refused++ > 0) return route.continue();
    return route.fulfill({ status: 429, headers: { "retry-after": "1" }, json: { code: "rate_limited" } });
  });
  await page.getByLabel("One review a line").fill("great\nbad");
  await page.getByRole("button", { name: "Score all" }).click();
  await page.getByText("2 texts scored").waitFor();
  assert.equal(refused, 2);
});
