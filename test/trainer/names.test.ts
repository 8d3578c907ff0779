import assert from "node:assert/strict";
import { test } from "node:test";
import { buildVocabulary } from "../../trainer/src/data/build-vocabulary.ts";
import { readGivenNames } from "../../trainer/src/data/names/given-names.ts";
import { OTHER_NAMES } from "../../trainer/src/evaluation/counterfactual.ts";

const names = await readGivenNames();

test("a vocabulary without given names has none, no matter how frequent they are", () => {
  const settings = { rules: "default", maximumLength: 9, truncation: "start", fixedLength: false } as const;
  const tokens = new Map(["john", "saw", "mei", "omar"].map((word) => [word, 2]));
  const options = { minimumCount: 1, maximumSize: 100, settings };
  assert.deepEqual(buildVocabulary(tokens, { ...options, without: names }).words, ["<pad>", "<unk>", "saw"]);
  assert.ok(buildVocabulary(tokens, options).words.includes("john"));
});

test("the list of names is in lower case, has each name once, and has no word of opinion", () => {
  assert.equal(new Set(names).size, names.length);
  for (const name of names) assert.equal(name, name.toLowerCase());
  for (const word of ["grace", "joy", "hope", "rich", "oscar", "max"]) assert.ok(!names.includes(word));
  for (const name of OTHER_NAMES) assert.ok(!names.includes(name.toLowerCase()));
});
