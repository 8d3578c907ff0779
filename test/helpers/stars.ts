import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Encoder, SPECIAL_WORDS, tokenize, type Vocabulary } from "@undertone/models";
import goldenTexts from "../../trainer/src/export/golden-texts.json" with { type: "json" };
import { exportOnnx } from "../../trainer/src/export/onnx/export.ts";
import { FLOAT32, INT8 } from "../../trainer/src/export/onnx/precision.ts";
import { publish } from "../../trainer/src/export/publish.ts";
import { initialParameters, parameterList } from "../../trainer/src/model/parameters.ts";
import { generator } from "../../trainer/src/random.ts";

/** A folder with a model that estimates stars, as the trainer publishes one: the golden texts' words, random weights. */
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
  const architecture = { layers: 1, units: 4, bidirectional: true, head: "pool", embedding: 6 } as const;
  const list = parameterList(architecture);
  const random = generator(2);
  const table = Float32Array.from({ length: 6 * vocabulary.words.length }, () => 2 * random() - 1);
  const values = [1, 2, 4, 5];
  const kernel = Float32Array.from({ length: 24 }, () => 4 * random() - 2);
  const stars = { values, kernel, biases: Float32Array.of(1, 0, -1) };
  const network = {
    architecture,
    list,
    parameters: initialParameters(list, 1),
    table,
    temperature: 1,
    stars,
  };
  const quality = {
    calibration: { temperature: 1, eceBefore: 0, eceAfter: 0 },
    metrics: { validation: { accuracy: 1, loss: 0, ece: 0 } },
  };
  const graphs = {
    float32: { ...quality, graph: await exportOnnx(network, "1.0.0", FLOAT32) },
    int8: { ...quality, graph: await exportOnnx(network, "1.0.0", INT8) },
  };
  await publish(folder, graphs, vocabulary, new Encoder(vocabulary), {
    name: "starry",
    version: "1.0.0",
    architecture,
    corpus: { sha256: "0".repeat(64), rows: 1, train: 1, validation: 0, test: 0 },
    seed: 0,
    preset: "tiny",
    parity: { texts: 1, largestDifference: 0 },
    stars: { values },
  });
  return folder;
}
