import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { textKey } from "../../trainer/src/data/by-key.ts";
import {
  domainVectorsFile,
  type TrainingText,
  thresholdTargets,
  trainingTexts,
} from "../../trainer/src/data/targets.ts";
import { loadVectors } from "../../trainer/src/data/vectors.ts";
import { type Preset, readPreset } from "../../trainer/src/preset.ts";

const train = [
  { text: "a fine film", label: 1, rating: 5, domain: "films" } as const,
  { text: "a dull film", label: 0, rating: 1, domain: "films" } as const,
];

async function folder(labels: Record<string, number>) {
  const teacher = await mkdtemp(path.join(os.tmpdir(), "teacher-"));
  const lines = Object.entries(labels).map(([text, positive]) =>
    JSON.stringify({ key: textKey(text), positive }),
  );
  await writeFile(path.join(teacher, "labels.jsonl"), `${lines.join("\n")}\n`);
  const unlabelled = path.join(teacher, "unlabelled.csv");
  await writeFile(unlabelled, 'review_text\n"so, so"\n\n');
  return { teacher, unlabelled, textColumn: "review_text" };
}

const preset = async (change: Partial<Preset>): Promise<Preset> => ({
  ...(await readPreset("tiny")),
  ...change,
});

test("a preset without distillation learns from the labels only", async () => {
  const targets = await trainingTexts(train, await preset({ distillation: null }), {
    textColumn: "review_text",
  });
  assert.deepEqual(
    targets.map(({ text, positive, rating }) => [text, positive, rating]),
    [
      ["a fine film", 1, 5],
      ["a dull film", 0, 1],
    ],
  );
});

test("targets mix label and teacher by the hard share, and unlabelled reviews have the teacher's alone", async () => {
  const options = await folder({ "a fine film": 0.8, "a dull film": 0.4, "so, so": 0.55 });
  const targets = await trainingTexts(train, await preset({ distillation: { hardShare: 0.5 } }), options);
  assert.deepEqual(
    targets.map(({ text }) => text),
    ["a fine film", "a dull film", "so, so"],
  );
  assert.deepEqual(
    targets.map(({ positive }) => positive),
    [0.9, 0.2, 0.55],
  );
  assert.equal(targets[2]!.rating, undefined);
});

test("a rating trains every threshold; one of two classes, or an unrated review, the middle only", () => {
  const scale = { values: [1, 2, 3, 4, 5], middle: 2 };
  const texts: TrainingText[] = [
    { text: "a", positive: 1, rating: 4, domain: "films" },
    { text: "b", positive: 0.25, domain: "unlabelled" },
  ];
  const { targets, weights } = thresholdTargets(texts, scale, { domainWeightPower: 0 });
  assert.deepEqual([...targets.subarray(0, 4)], [1, 1, 1, 0]);
  assert.equal(targets[6], 0.25);
  const sixth = Math.fround(1 / 6); // three thresholds share half of the weight of the middle one
  assert.deepEqual([...weights], [sixth, sixth, 1, sixth, 0, 0, 1, 0]);
});

test("a neutral rating does not train the middle threshold", () => {
  const texts: TrainingText[] = [
    { text: "a", positive: 0, rating: 3, domain: "films" },
    { text: "b", positive: 0, rating: 2, domain: "films" },
  ];
  const options = { domainWeightPower: 0 };
  const { targets, weights } = thresholdTargets(texts, { values: [1, 2, 3, 4, 5], middle: 2 }, options);
  const sixth = Math.fround(1 / 6); // three thresholds share half of the weight of the middle one
  assert.deepEqual([...targets.subarray(0, 4)], [1, 1, 0, 0]);
  assert.deepEqual([...weights], [sixth, sixth, 0, sixth, sixth, sixth, 1, sixth]);
  const classes = thresholdTargets([{ ...texts[0]!, rating: 0 }], { values: [0, 1], middle: 0 }, options);
  assert.deepEqual([...classes.weights], [1], "two classes have no middle");
});

test("an extreme rating of a two-class domain counts only as positive or negative", async () => {
  const twoClass = train.map((review) => ({ ...review, twoClass: true }));
  const between = { text: "so, so", label: 0, rating: 3, domain: "films", twoClass: true } as const;
  const texts = await trainingTexts([...twoClass, between], await preset({ distillation: null }), {
    textColumn: "review_text",
  });
  assert.deepEqual(
    texts.map(({ rating }) => rating),
    [undefined, undefined, 3],
  );
});

test("a text of a small domain counts more, and the mean weight is 1", () => {
  const texts = ["a", "b", "b", "b", "b"].map((domain) => ({ text: "", positive: 1, domain }));
  const { weights } = thresholdTargets(texts, { values: [0, 1], middle: 0 }, { domainWeightPower: 0.5 });
  assert.ok(Math.abs(weights[0]! / weights[1]! - 2) < 1e-6);
  assert.ok(Math.abs(weights.reduce((a, b) => a + b) / 5 - 1) < 1e-6);
});

test("a review that the teacher has not labelled is refused, and so is a missing teacher", async () => {
  const distilling = await preset({ distillation: { hardShare: 0 } });
  const options = await folder({ "a fine film": 0.8 });
  await assert.rejects(trainingTexts(train, distilling, options), /labels\.jsonl: a review is missing/);
  await assert.rejects(trainingTexts(train, distilling, { textColumn: "review_text" }), /give --teacher DIR/);
  const { embeddings } = distilling;
  const joining = await preset({ embeddings: { ...embeddings, domain: true } });
  assert.throws(() => domainVectorsFile(joining, { textColumn: "t" }), /give --teacher DIR/);
  assert.equal(domainVectorsFile(distilling, { textColumn: "t" }), undefined);
});

test("joined vectors are concatenated, with zeros for a missing word", async () => {
  const dir = await mkdtemp(path.join(os.tmpdir(), "vectors-"));
  await writeFile(path.join(dir, "a"), "film 1 2\nnot 5 6\n");
  await writeFile(path.join(dir, "b"), "film 3\nn't 7\n");
  const joined = await loadVectors(path.join(dir, "a"), path.join(dir, "b"));
  assert.equal(joined.dimensions, 3);
  assert.deepEqual([...joined.find("film")!], [1, 2, 3]);
  assert.deepEqual([...joined.find("not")!], [5, 6, 0]);
  assert.deepEqual([...joined.find("n't")!], [5, 6, 7], "the stand-in's general vector beside its own");
  assert.equal(joined.find("other"), undefined);
});
