import assert from "node:assert/strict";
import { test } from "node:test";
import { tokenize } from "@undertone/models";
import vocabulary from "../../models/reviews-bilstm/vocab.json" with { type: "json" };
import { shortSentences, writtenSentences } from "../../trainer/src/data/short-sentences/short-sentences.ts";
import { trainingTexts } from "../../trainer/src/data/targets.ts";
import { readShortTexts } from "../../trainer/src/evaluation/short-texts.ts";
import { readPreset } from "../../trainer/src/preset.ts";

const published = await readPreset("reviews-bilstm");
const made = shortSentences(published.shortSentences!, published.seed);

test("short sentences are whole, each once, a pure function of the seed, of the vocabulary's words", () => {
  assert.deepEqual(shortSentences(200, 3), shortSentences(200, 3));
  assert.notDeepEqual(shortSentences(200, 3), shortSentences(200, 4));
  assert.equal(new Set(made.map(({ text }) => text)).size, made.length);
  const known = new Set(vocabulary.words);
  for (const { text, positive } of made) {
    assert.doesNotMatch(text, /[{}]/);
    assert.ok(positive > 0 && positive < 1);
    for (const token of tokenize(text, published.encoder)) assert.ok(known.has(token), `${token} in ${text}`);
  }
});

test("written sentences are short, each once, with a probability each", () => {
  assert.equal(new Set(writtenSentences.map(({ text }) => text)).size, writtenSentences.length);
  for (const { text, positive } of writtenSentences) {
    assert.ok(positive > 0 && positive < 1, text);
    assert.ok(text.split(/\s+/).length <= 14, text);
  }
});

test("no text that short texts are measured on is learnt from", async () => {
  const words = (text: string) =>
    tokenize(text, published.encoder)
      .filter((token) => /\w/.test(token))
      .join(" ");
  const files = ["short-texts.csv", "short-texts-held-out.csv"].map((name) => `test/fixtures/${name}`);
  const cases = (await Promise.all(files.map(readShortTexts))).flat();
  const measured = new Set(cases.map(({ text }) => words(text)));
  assert.deepEqual(
    [...made, ...writtenSentences].filter(({ text }) => measured.has(words(text))),
    [],
  );
});

test("a preset's short sentences follow the reviews; without them there are none", async () => {
  const train = [{ text: "a fine film", label: 1, rating: 5, domain: "films" }] as const;
  const preset = { ...published, distillation: null, shortSentences: 5 };
  const texts = await trainingTexts([...train], preset, { textColumn: "review_text" });
  assert.deepEqual(
    texts.slice(1).map(({ text, rating }) => [text, rating]),
    [...shortSentences(5, published.seed), ...writtenSentences].map(({ text }) => [text, undefined]),
  );
  const { shortSentences: _, ...without } = preset;
  assert.equal((await trainingTexts([...train], without, { textColumn: "review_text" })).length, 1);
});
