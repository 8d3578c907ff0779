import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Encoder, SPECIAL_WORDS, tokenize, type Vocabulary } from "@undertone/models";
import goldenTexts from "../../trainer/src/export/golden-texts.json" with { type: "json" };
import { exportOnnx } from "../../trainer/src/export/onnx/export.ts";
import { publish } from "../../trainer/src/export/publish.ts";
import { initialParameters, parameterList } from "../../trainer/src/model/parameters.ts";
import type { Architecture } from "../../trainer/src/preset.ts";
import { generator } from "../../trainer/src/random.ts";

/**
 * Makes a folder with a model that estimates stars, as the trainer does. It has the golden texts'
 * words, random weights.
 */
export async function modelWithStars(): Promise<string> {
  const folder = path.join(await mkdtemp(path.join(tmpdir(), "undertone-stars-")), "starry");
  const settings = {
    rules: "default",
    maximumLength: 64,
    truncation: "both-ends",
    fixedLength: false,
  } as const;
  const words = new Set(goldenTexts.flatMap((text) => tokenize(text, { rules: "default" })));
  const vocabulary: Vocabulary = { settings, words: [...SPECIAL_WORDS, ...words] };
  const architecture: Architecture = {
    layers: 1,
    units: 4,
    bidirectional: true,
    head: "pool",
    embedding: 6,
    chunkLength: 16,
    ngrams: null,
    output: "ordinal",
    thresholds: 3,
  };
  const list = parameterList(architecture);
  const random = generator(2);
  const table = Float32Array.from({ length: 6 * vocabulary.words.length }, () => 8 * random() - 4);
  const parameters = initialParameters(list, 1).map((value) => 2 * value);
  const scale = { values: [1, 2, 4, 5], middle: 1 };
  const network = { architecture, list, parameters, table, ngrams: new Float32Array(0), layout: undefined };
  const quality = {
    calibration: { temperature: 1, eceBefore: 0, eceAfter: 0 },
    metrics: { validation: { accuracy: 1, loss: 0, ece: 0 } },
    graph: await exportOnnx(network, { temperature: 1, shift: 0, scale, version: "1.0.0" }),
  };
  await publish(folder, quality, vocabulary, new Encoder(vocabulary), {
    name: "starry",
    version: "1.0.0",
    architecture,
    corpus: { sha256: "0".repeat(64), rows: 1, train: 1, validation: 0, test: 0 },
    seed: 0,
    preset: "tiny",
    parity: { texts: 1, largestDifference: 0 },
    stars: { values: scale.values },
  });
  return folder;
}
