/** Speed of the encoder on one core: `node --import tsx test/bench/encode.ts` */
import { execFileSync } from "node:child_process";
import os from "node:os";
import { Encoder } from "@undertone/models";
import { generator } from "../../trainer/src/random.ts";

const WORDS = 30_000;
const REVIEWS = 3_000;
const TOKENS = 230;
const ROUNDS = 7;

const random = generator(1);
const letters = "etaoinshrdlucmfwypvbgkjqxz";
const word = () =>
  Array.from({ length: 2 + Math.floor(8 * random()) }, () => letters[Math.floor(26 * random() ** 2)]).join(
    "",
  );
const vocabulary = [...new Set(Array.from({ length: 2 * WORDS }, word))].slice(0, WORDS);
/** Words by Zipf's law, every tenth followed by a comma. */
const review = () =>
  Array.from(
    { length: Math.round(TOKENS / 1.1) },
    (_, i) => vocabulary[Math.floor(vocabulary.length ** random()) - 1] + (i % 10 ? "" : ","),
  ).join(" ");
const texts = Array.from({ length: REVIEWS }, review);
const encoder = new Encoder({
  settings: { rules: "default", maximumLength: 400, truncation: "both-ends", fixedLength: false },
  words: ["<pad>", "<unk>", ...vocabulary],
});

const rates: number[] = [];
let tokens = 0;
for (let round = 0; round < ROUNDS; round++) {
  const start = performance.now();
  tokens = texts.reduce((sum, text) => sum + encoder.encode(text).total, 0);
  rates.push(REVIEWS / ((performance.now() - start) / 1000));
}
const commit = execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8" }).trim();
console.log(`${os.cpus()[0]?.model}, Node ${process.version}, commit ${commit}`);
const median = rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
console.log(
  `${median.toFixed(0)} reviews/s of ${(tokens / REVIEWS).toFixed(0)} tokens, one core, median of ${ROUNDS}`,
);
