import { exportOnnx } from "../../../trainer/src/export/onnx/export.ts";
import { initialParameters, parameterList } from "../../../trainer/src/model/parameters.ts";
import type { Architecture } from "../../../trainer/src/preset.ts";
import { generator } from "../../../trainer/src/random.ts";
import type { Row } from "./bench.ts";
import { openRaw } from "./ceiling.ts";
import { median } from "./statistics.ts";
import { fixed } from "./table.ts";
import { textOfTokens } from "./texts.ts";

const TOKENS = 230;
/** The length to which the article pads every review. Its network reads the padding. */
const PADDED = 500;
const REVIEWS = 64;

/**
 * The model and the article's network, alternating on one core, both as raw graphs, on the same reviews
 * of 230 tokens.
 */
export const article: Row = async (bench) => {
  const { artifact, size, say } = bench;
  const { ids } = artifact.encoder.encode(textOfTokens(artifact.encoder, bench.texts.texts, TOKENS));
  const padded = new Int32Array(PADDED);
  padded.set(ids);
  const rows = (row: Int32Array) => Array.from({ length: REVIEWS }, () => row);
  const theirs = await articleGraph(artifact.vocabulary.words.length);
  const { graphBytes } = artifact;
  const named = (name: string, graph: SharedArrayBuffer, row: Int32Array, batch: number) =>
    openRaw(
      {
        name: `${name}, ${batch === 1 ? "one at a time" : `batches of ${batch}`}`,
        graph,
        rows: rows(row),
        size: batch,
      },
      1,
    );
  const runs = await Promise.all([
    named("ours", graphBytes, ids, 4),
    named("ours", graphBytes, ids, 1),
    ...[1, 8, 16].map((batch) => named(`the article's, float32, ${TOKENS} steps`, theirs, ids, batch)),
    ...[8, 16].map((batch) => named(`the article's, float32, padded to ${PADDED}`, theirs, padded, batch)),
  ]);
  const rates = runs.map((): number[] => []);
  try {
    for (let round = 0; round <= size.rounds; round++)
      for (const [i, run] of runs.entries()) {
        const { rate } = await run.round();
        if (round > 0) rates[i]!.push(rate); // the first round is a warm-up
      }
  } finally {
    await Promise.all(runs.map((run) => run.close()));
  }
  const served = rates[0]!;
  const times = (other: number[]) => median(other.map((rate, round) => served[round]! / rate));
  say(`article: ${runs.map(({ name }, i) => `${name} ${fixed(median(rates[i]!))}`).join("; ")}`);
  return [
    {
      title: "Against the article's network",
      note: [
        `Reviews of ${TOKENS} tokens, one core, raw graphs by turns, medians of ${size.rounds} rounds. The`,
        "article's: 2 layers of 100 units each way on 100-d vectors, weights at random (speed does not",
        "depend on them).",
      ].join(" "),
      header: ["", "reviews/s", `${runs[0]!.name} / it`],
      rows: runs.map(({ name }, i) => [name, fixed(median(rates[i]!)), fixed(times(rates[i]!), 2)]),
    },
  ];
};

/** The article's network with random weights, as the exporter writes it. */
async function articleGraph(words: number): Promise<SharedArrayBuffer> {
  const architecture: Architecture = {
    layers: 2,
    units: 100,
    bidirectional: true,
    head: "first-last",
    embedding: 100,
    chunkLength: null,
    ngrams: null,
    output: "classes",
    thresholds: 1,
  };
  const list = parameterList(architecture);
  const random = generator(1);
  const table = Float32Array.from({ length: words * architecture.embedding }, () => random() - 0.5);
  const parameters = initialParameters(list, 1);
  const network = { architecture, list, parameters, table, ngrams: new Float32Array(0), layout: undefined };
  const scale = { values: [0, 1], middle: 0 };
  const bytes = await exportOnnx(network, { temperature: 1, shift: 0, scale, version: "0.0.0" });
  const shared = new SharedArrayBuffer(bytes.length);
  new Uint8Array(shared).set(bytes);
  return shared;
}
