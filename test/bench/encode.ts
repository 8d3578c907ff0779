/** Speed of the encoder on one core: `node --import tsx test/bench/encode.ts` */
import { execFileSync } from "node:child_process";
import os from "node:os";
import { Encoder, type EncoderSettings } from "@undertone/models";
import { generator } from "../../trainer/src/random.ts";

const WORDS = 30_000;
const REVIEWS = 3_000;
const TOKENS = 259;
const ROUNDS = 7;

const random = generator(1);
const letters = "etaoinshrdlucmfwypvbgkjqxz";
const word = () =>
  Array.from({ length: 2 + Math.floor(8 * random()) }, () => letters[Math.floor(26 * random() ** 2)]).join(
    "",
  );
const vocabulary = [...new Set(Array.from({ length: 2 * WORDS }, word))].slice(0, WORDS);
/**
 * Punctuation and the like, about as frequent as in film reviews. Every tenth word is followed
 * by it.
 */
const others = [
  ",",
  ",",
  ".",
  ".",
  ".",
  "'s",
  " don't",
  "!",
  " (4/5)",
  "<br /><br />",
  ". I'm",
  " 1999",
  ": it is",
];
/** A random word by Zipf's law. */
const review = () =>
  Array.from({ length: Math.round(TOKENS / 1.13) }, (_, i) => {
    const written = vocabulary[Math.floor(vocabulary.length ** random()) - 1]!;
    return i % 10 ? written : written + others[Math.floor(others.length * random())];
  }).join(" ");
const texts = Array.from({ length: REVIEWS }, review);
const encoderOf = (rules: EncoderSettings["rules"]) =>
  new Encoder({
    settings: { rules, maximumLength: 400, truncation: "both-ends", fixedLength: false },
    words: ["<pad>", "<unk>", ...vocabulary],
  });
const encoders = [encoderOf("default"), encoderOf("reviews")];

const rates = encoders.map((): number[] => []);
let tokens = 0;
for (let round = 0; round < ROUNDS; round++) {
  for (const [i, encoder] of encoders.entries()) {
    const start = process.cpuUsage();
    tokens = texts.reduce((sum, text) => sum + encoder.encode(text).total, 0);
    const { user, system } = process.cpuUsage(start);
    rates[i]!.push(REVIEWS / ((user + system) / 1e6));
  }
}
const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
console.log(`${os.cpus()[0]?.model}, Node ${process.version}, commit ${commit}`);
const perText = [
  `texts/s of ${(tokens / REVIEWS).toFixed(0)} tokens`,
  "one core's time",
  `median of ${ROUNDS} alternating rounds`,
].join(", ");
for (const [i, encoder] of encoders.entries()) {
  const median = rates[i]!.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
  console.log(`rules ${encoder.settings.rules}: ${median.toFixed(0)} ${perText}`);
}
