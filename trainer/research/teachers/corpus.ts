import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";
import { tokenize } from "@undertone/models";
import { Command } from "commander";
import { enterUserFolder, withCorpusOptions } from "../../src/cli/command-line.ts";
import { textKey } from "../../src/data/by-key.ts";
import { type CorpusOptions, type Review, readCorpus, readTexts } from "../../src/data/corpus.ts";
import {
  type ShortSentence,
  shortSentences,
  writtenSentences,
} from "../../src/data/short-sentences/short-sentences.ts";
import { cutValidation } from "../../src/data/split.ts";
import { validationCut } from "../../src/data/split-corpus.ts";
import { readPreset } from "../../src/preset.ts";

interface Flags extends CorpusOptions {
  preset: string;
  corpus: string[];
  unlabelled: string;
  out: string;
}

/**
 * Writes the input of the teachers, one JSON object per line:
 * `{key, role, domain?, rating?, label?, item?, positive?, tokens}`, the tokens joined by spaces.
 */
const { preset, out, ...flags } = withCorpusOptions(new Command("npm run teacher:corpus -w trainer --"))
  .description("Splits and tokenizes a corpus for the teachers in trainer/research/teachers.")
  .option(
    "--preset <name>",
    "The preset whose text rules, seed and validation split are used.",
    "reviews-bilstm",
  )
  .requiredOption(
    "--corpus <file...>",
    "Rated reviews in CSV or JSON Lines, plain or gzip; one file per domain.",
  )
  .requiredOption("--unlabelled <file>", "Unrated reviews.")
  .option("--out <dir>", "The folder for corpus.jsonl.", "runs/teacher")
  .parse()
  .opts<Flags>();

enterUserFolder();
const given = await readPreset(preset);
const { rows } = await readCorpus(flags.corpus, flags);
const { train, validation } = cutValidation(rows, validationCut(given));
const texts = await readTexts(flags.unlabelled, flags.textColumn);

await mkdir(out, { recursive: true });
const file = path.join(out, "corpus.jsonl");
const stream = createWriteStream(file);
async function write(role: string, text: string, known: Partial<Review & ShortSentence>): Promise<void> {
  const line = { key: textKey(text), role, ...known, tokens: tokenize(text, given.encoder).join(" ") };
  if (!stream.write(`${JSON.stringify(line)}\n`)) await once(stream, "drain");
}
const known = ({ domain, rating, label, item }: Review) => ({ domain, rating, label, ...(item && { item }) });
for (const review of train) await write("train", review.text, known(review));
for (const review of validation) await write("validation", review.text, known(review));
for (const text of texts) await write("unlabelled", text, {});
const generated = shortSentences(given.shortSentences ?? 0, given.seed);
for (const { text, positive } of generated) await write("generated", text, { positive });
for (const { text, positive } of writtenSentences) await write("written", text, { positive });
stream.end();
await once(stream, "finish");
console.log(
  `${train.length} training, ${validation.length} validation and ${texts.length} unlabelled reviews, and ${generated.length} + ${writtenSentences.length} short sentences, are in ${file}`,
);
