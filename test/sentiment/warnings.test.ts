import assert from "node:assert/strict";
import { test } from "node:test";
import { Encoder } from "@undertone/models";
import { encodeAll } from "../../services/sentiment/src/scoring/encode.ts";
import { Refusal } from "../../services/sentiment/src/scoring/refusal.ts";
import { warningsOf } from "../../services/sentiment/src/scoring/warnings.ts";

const english = (
  "the a and is was it i my we not n't do to of in on for with this that you but very so good bad great film room " +
  "food phone staff works broke again buy would never love friendly clean slow two days after seller answered 's"
).split(" ");
const fillers = Array.from({ length: 10_000 }, (_, i) => `filler${i}`);
const encoderOf = (words: string[]) =>
  new Encoder({
    settings: { rules: "reviews", maximumLength: 100, truncation: "start", fixedLength: false },
    words: ["<pad>", "<unk>", ...words],
  });
const encoder = encoderOf([...english, ...fillers]);

const cases: [text: string, warnings: string[]][] = [
  ["This phone is great and the seller answered.", []],
  ["good", []],
  ["SOOO gooood, dont buy it again!!!", []],
  ["Ce téléphone est nul et le vendeur ne répond jamais à mes messages.", ["not_english"]],
  ["Das Zimmer war schmutzig und das Personal leider sehr unfreundlich.", ["not_english"]],
  ["La comida estaba fría y el camarero fue muy antipático.", ["not_english"]],
  // The detector does not know these languages:
  ["Mae hwn yn llyfr ardderchog ac rydw i wedi mwynhau pob tudalen.", ["not_english"]],
  // In a mixed text the language of most words decides.
  ["The room was clean and the staff very friendly, schönes Zimmer.", []],
  ["Good film, aber leider viel zu lang und am Ende auch ziemlich langweilig.", ["not_english"]],
  // These are too short to recognize their language:
  ["Muy bueno", ["few_known_words"]],
  ["good asdfgh qwertz", ["few_known_words"]],
];
for (const [text, warnings] of cases) {
  test(`${JSON.stringify(text)} has ${warnings.length === 0 ? "no warning" : `the warning ${warnings}`}`, () =>
    assert.deepEqual(warningsOf(text, encoder), warnings));
}

test("only the start of a text is tested", () => {
  const start = "this phone is great and it works . ".repeat(6);
  const foreign = "Das Zimmer war leider schmutzig. ".repeat(20);
  assert.deepEqual(warningsOf(start + foreign, encoder), []);
});

test("a model with a small vocabulary gives no warnings, because it cannot recognize a language", () => {
  assert.deepEqual(warningsOf("Das Zimmer war leider sehr schmutzig und laut.", encoderOf(english)), []);
});

test("texts with warnings are encoded, or refused with unscorable=refuse", async () => {
  const texts = [
    "good film",
    "Das Zimmer war leider sehr schmutzig und laut in the room",
    "good asdf qwertz",
  ];
  const encode = async (unscorable: "warn" | "refuse") =>
    (await encodeAll(encoder, texts, { maxTextLength: 1_000, unscorable })).encoded.map((found) =>
      found instanceof Refusal ? found.code : found.warnings,
    );
  assert.deepEqual(await encode("warn"), [[], ["not_english"], ["few_known_words"]]);
  assert.deepEqual(await encode("refuse"), [[], "not_english", "few_known_words"]);
});
