import type { Encoder } from "@undertone/models";
import { encodeTexts } from "../../src/data/prepare.ts";
import { openGraph } from "../../src/export/onnx/runtime.ts";

const TEXTS = 300;
const ROUNDS = 3;

/**
 * Texts per second that a graph encodes and scores on one thread, one at a time: the median of
 * three rounds over the first 300.
 */
export async function servedSpeed(
  graph: Uint8Array,
  encoder: Encoder,
  texts: readonly string[],
): Promise<number> {
  const opened = await openGraph(graph, 1);
  const timed = texts.slice(0, TEXTS);
  const rates: number[] = [];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const start = performance.now();
      await opened.run(encodeTexts(encoder, timed), 1);
      rates.push(timed.length / ((performance.now() - start) / 1000));
    }
  } finally {
    await opened.close();
  }
  return rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)]!;
}
