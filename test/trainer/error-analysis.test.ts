import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { textKey } from "../../trainer/src/data/by-key.ts";
import { counterfactuals } from "../../trainer/src/evaluation/counterfactual.ts";
import { dialectMovements } from "../../trainer/src/evaluation/dialects.ts";
import { analyseErrors } from "../../trainer/src/evaluation/error-analysis.ts";
import { areaUnderCurve, lengthGroups, metricsOfGroup } from "../../trainer/src/evaluation/metrics.ts";
import { PERTURBATIONS, sample } from "../../trainer/src/evaluation/perturbations.ts";
import known from "../../trainer/src/report/anchors.json" with { type: "json" };
import { anchorSection } from "../../trainer/src/report/anchors.ts";
import { accuracyAt, bestThreshold } from "../bench/peers/peer.ts";
import { shortTexts, windowsOf } from "../bench/peers/windows.ts";

const FIGURES = { accuracy: 0.925, loss: 0.2, ece: 0.01 };
const review = (text: string, rating: number) =>
  ({ text, rating, label: rating > 3 ? 1 : 0, domain: "films" }) as const;
const happy = (texts: string[]) =>
  Promise.resolve(Float64Array.from(texts, (text) => (/good/i.test(text) ? 0.9 : 0.1)));

test("the area under the curve is the share of pairs in the right order, and ties count half", () => {
  assert.equal(areaUnderCurve(Float64Array.of(0.1, 0.4, 0.35, 0.8), [0, 0, 1, 1]), 0.75);
  assert.equal(areaUnderCurve(Float64Array.of(0.5, 0.5, 0.5), [0, 1, 1]), 0.5);
  assert.equal(areaUnderCurve(Float64Array.of(0.9, 0.1), [0, 1]), 0);
});

test("rows are grouped by length, and each group is measured", () => {
  const groups = lengthGroups([10, 50, 51, 400]);
  assert.deepEqual(groups, [
    { group: "1-50", rows: [0, 1] },
    { group: "51-100", rows: [2] },
    { group: "over 300", rows: [3] },
  ]);
  const found = metricsOfGroup(groups[0]!, Float64Array.of(0.9, 0.8, 0, 0), [1, 0, 0, 0]);
  assert.equal(found.accuracy, 0.5);
  assert.ok(
    Math.abs(found.ece - 0.45) < 1e-12,
    "sure of 0.9 and right, sure of 0.8 and wrong: |0.1| and |0.8|, halved",
  );
});

test("each perturbation makes its change, and the same seed makes the same", () => {
  const text =
    "The colorful movie was wonderful, really wonderful; the theater was marvelous!<br />Realized well.";
  for (const [name, change] of Object.entries(PERTURBATIONS)) {
    assert.notEqual(change(text.repeat(5), 3), text.repeat(5), name);
    assert.equal(change(text, 3), change(text, 3), name);
  }
  const british = PERTURBATIONS["British words and spelling"]!;
  assert.match(british(text, 0), /colourful film .* theatre was marvellous!/);
  assert.doesNotMatch(PERTURBATIONS["no punctuation"]!(text, 0), /[,;!<]/);
});

test("a score that follows a name is found, and one that does not is not", async () => {
  const fair = await counterfactuals(happy);
  assert.deepEqual([fair.meanDifference, fair.otherNames], [0, 0]);
  const unfair = await counterfactuals((texts) =>
    Promise.resolve(Float64Array.from(texts, (text) => (text.includes("Emily") ? 0.4 : 0.5))),
  );
  assert.ok(unfair.meanDifference > 0);
  assert.equal(unfair.otherNames, 0);
  const byGroup = new Map(unfair.groups.map(({ group, difference }) => [group, difference]));
  assert.ok(byGroup.get("English, women")! < -0.01);
  assert.ok(byGroup.get("English, men")! > 0);
});

test("the dialect figure is zero if a model scores both spellings alike, and otherwise their difference", async () => {
  const fair = await dialectMovements(async (texts) => new Float64Array(texts.length).fill(0.7));
  assert.deepEqual(
    fair.map(({ difference, movement }) => [difference, movement]),
    fair.map(() => [0, 0]),
  );
  const unfair = await dialectMovements(async (texts) =>
    Float64Array.from(texts, (_, i) => 0.5 - 0.1 * (i % 2)),
  );
  for (const { pairs, difference, movement } of unfair) {
    assert.ok(pairs >= 8);
    assert.ok(Math.abs(difference + 0.1) < 1e-12 && Math.abs(movement - 0.1) < 1e-12);
  }
});

test("an error analysis counts right answers by rating and negation, and lists the worst first", async () => {
  const reviews = [
    { ...review("good", 5), item: "a" },
    { ...review("not good", 1), item: "b" },
    review("dull", 2),
    review("it was never dull", 4),
  ];
  const found = await analyseErrors({
    reviews,
    scores: await happy(reviews.map(({ text }) => text)),
    seen: new Set(["b", "c"]),
    lengths: [1, 2, 1, 4],
    score: happy,
    knows: (token) => token !== "dull",
  });
  assert.deepEqual(
    found.byStars.map(({ group, accuracy }) => [group, accuracy]),
    [
      ["1", 0],
      ["2", 1],
      ["4", 0],
      ["5", 1],
    ],
  );
  assert.deepEqual(
    found.byNegation.map(({ group, rows, accuracy }) => [group, rows, accuracy]),
    [
      ["0 to 0.5", 2, 1],
      ["4 or more", 2, 0],
    ],
  );
  assert.deepEqual(
    found.byItem.map(({ group, rows, accuracy }) => [group, rows, accuracy]),
    [
      ["others", 3, 2 / 3],
      ["reviewed in training too", 1, 0],
    ],
  );
  assert.equal(found.perturbations[0]!.accuracy, 0.5);
  assert.deepEqual(
    found.worst.slice(0, 2).map(({ negations }) => negations),
    [1, 1],
  );
  assert.equal(found.worst[1]!.known, 0.75);
});

test("a peer's threshold is the best one on its tuning rows", () => {
  const scores = Float64Array.of(-3, -1, 0, 2, 5);
  const threshold = bestThreshold(scores, [0, 0, 0, 1, 1]);
  assert.equal(threshold, 0);
  assert.equal(accuracyAt(threshold, scores, [0, 0, 0, 1, 1]), 1);
  assert.equal(bestThreshold(Float64Array.of(1, 2), [1, 1]), Number.NEGATIVE_INFINITY);
});

test("a sample has distinct rows, the same ones each time", () => {
  const rows = Array.from({ length: 50 }, (_, i) => i);
  assert.deepEqual(sample(rows, 10), sample(rows, 10));
  assert.equal(new Set(sample(rows, 10)).size, 10);
});

test("published accuracies are shown only if the corpus is the same", () => {
  const metrics = { validation: FIGURES, test: { rows: 25_000, ...FIGURES } };
  const corpus = { sha256: known.corpus, rows: 1, train: 1, validation: 1, test: 1 };
  assert.match(anchorSection({ corpus, metrics }), /\*\*this model\*\* \| 0\.925 \|/);
  assert.equal(anchorSection({ corpus: { ...corpus, sha256: "0".repeat(64) }, metrics }), "");
});

test("windows are one to three whole sentences of a review, with its label", () => {
  const parts = [
    "One of five words here.",
    "Two is of five words!",
    "Three is of five too?",
    "Four, the last of them.",
  ];
  const rows = Array.from({ length: 60 }, (_, i) =>
    review(parts.join(i % 2 ? "<br />" : " "), i % 2 ? 5 : 1),
  );
  const { texts, labels } = windowsOf([...rows, review("Too short.", 5)]);
  const whole = parts.join(" ");
  const counts = texts.map((text) => parts.filter((part) => text.includes(part)).length);
  assert.deepEqual(
    labels,
    rows.map(({ label }) => label),
  );
  assert.deepEqual([...new Set(counts)].sort(), [1, 2, 3]);
  for (const text of texts) assert.ok(whole.includes(text.replace(/\s+/g, " ")), text);
  assert.ok(new Set(texts).size > 6, "at places of their own");
});

test("windows are cut only from validation reviews whose label another model confirms", async (t) => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "confirm-"));
  t.after(() => rm(folder, { recursive: true }));
  const rows = Array.from({ length: 200 }, (_, i) =>
    review(`Number ${i} has enough words here.`, i % 2 ? 5 : 1),
  );
  const file = path.join(folder, "documents.jsonl");
  const sure = new Set(rows.filter((_, i) => i % 4 < 2));
  const line = (row: (typeof rows)[number]) => {
    const logOdds = row.label === 1 ? 4 : -4;
    return JSON.stringify({ key: textKey(row.text), logOdds: sure.has(row) ? logOdds : -logOdds });
  };
  await writeFile(file, rows.map(line).join("\n"));
  const { test: windows, tuning, confirmed, validation } = await shortTexts(rows, file);
  assert.ok(confirmed > 0 && confirmed < validation, `${confirmed} of ${validation}`);
  assert.equal(windows.texts.length, confirmed);
  assert.equal(tuning.texts.length, rows.length - validation);
  const texts = new Set([...sure].map(({ text }) => text));
  for (const text of windows.texts) assert.ok(texts.has(text), text);
});
