import assert from "node:assert/strict";
import { test } from "node:test";
import { readCorpus } from "../../trainer/src/data/corpus.ts";
import { encodeTexts, prepare } from "../../trainer/src/data/prepare.ts";
import { splitCorpus } from "../../trainer/src/data/split-corpus.ts";
import { trainingTexts } from "../../trainer/src/data/targets.ts";
import { tokenizeSplit } from "../../trainer/src/data/tokenized-texts.ts";
import { readPreset } from "../../trainer/src/preset.ts";

const columns = { ratingColumn: "rating", textColumn: "review_text", positiveAbove: 3 };
const vectors = { name: "none", dimensions: 2, size: 0, find: () => undefined };

for (const rules of ["default", "article", "reviews"] as const) {
  test(`prepared texts have the same ids as from the encoder: rules ${rules}`, async () => {
    const preset = await readPreset("tiny");
    // The vocabulary has frequent words only, and rows are short: so there are unknown words and cut texts.
    preset.encoder = { ...preset.encoder, rules, maximumLength: 20 };
    preset.vocabulary.minimumCount = 3;
    const { rows } = await readCorpus("test/fixtures/reviews.csv", columns);
    const odd = { rating: 5, label: 1, domain: "reviews" } as const;
    rows.push(
      { ...odd, text: " " },
      { ...odd, text: "constructor <unk> <br />soooo GOOOOD 10/10 \u{1F600}" },
    );
    const split = await splitCorpus(rows, preset, columns);
    const texts = await trainingTexts(split.train, preset, columns);
    const tokenized = tokenizeSplit(texts, split, preset.encoder);
    const { encoder, examples } = await prepare(split, texts, tokenized, { ...columns, vectors, preset });
    for (const part of ["train", "validation", "test"] as const) {
      const written = split[part].map(({ text }) => text);
      assert.ok(written.length > 0);
      assert.deepEqual(examples[part].ids, encodeTexts(encoder, written), part);
    }
  });
}
