import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { accuracyByKind, readShortTexts } from "../../trainer/src/evaluation/short-texts.ts";

const cases = await readShortTexts("test/fixtures/short-texts.csv");

test("there are at least 300 distinct short texts of at least 20 kinds, and most are clear", () => {
  assert.ok(cases.length >= 300);
  assert.ok(new Set(cases.map(({ kind }) => kind)).size >= 20);
  assert.equal(new Set(cases.map(({ text }) => text)).size, cases.length);
  assert.ok(cases.filter(({ clear }) => clear).length > 0.85 * cases.length);
});

test("both labels have about as many clear texts, so guessing one label does not help", () => {
  const clear = cases.filter((one) => one.clear);
  const share = clear.filter(({ label }) => label === "positive").length / clear.length;
  assert.ok(share > 0.4 && share < 0.6, `${share} are positive`);
});

test("accuracy is computed by kind and for clear texts, and neutral texts count by their distance to 0.5", () => {
  const of = (label: "positive" | "negative" | "neutral", clear = true) => ({
    kind: label,
    label,
    clear,
    text: "",
  });
  const found = accuracyByKind(
    [of("positive"), of("positive", false), of("negative"), of("neutral"), of("neutral")],
    [0.5, 0.4, 0.5, 0.7, 0.9],
  );
  const row = (kind: string, clear: number, right: number, unclear = 0) => {
    return { kind, clear, right, unclear, unclearRight: 0 };
  };
  assert.deepEqual(found, [
    row("positive", 1, 1, 1),
    row("negative", 1, 0),
    row("neutral", 2, 1),
    row("all", 4, 2, 1),
  ]);
});

test("a malformed case is refused with its row number", async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "short-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, "cases.csv");
  await writeFile(file, "kind,label,clear,text\nplain,positive,true,fine\nplain,good,true,fine\n");
  await assert.rejects(readShortTexts(file), /case 2 is malformed/);
});
