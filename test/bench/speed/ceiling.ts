import { once } from "node:events";
import { openThread } from "@undertone/base";
import { type Artifact, pad } from "@undertone/models";
import type { CeilingData } from "./ceiling-thread.ts";
import { median } from "./statistics.ts";

export interface Ceiling {
  name: string;
  /** Scores every text once, on all threads together. */
  round(): Promise<{ rate: number; ms: number[] }>; // reviews/s; of each batch, in the batches' order
  close(): Promise<void>;
}

/** Batch sizes that the service may use. */
const SIZES = [1, 2, 4, 8, 16, 32];

/** Only ONNX Runtime, on encoded texts, with one session per thread. */
export async function openCeiling(
  artifact: Artifact,
  texts: readonly string[],
  size: number,
  threads: number,
): Promise<Ceiling> {
  const rows = texts.map((text) => artifact.encoder.encode(text).ids);
  const name = size === 1 ? "one text at a time" : `batches of ${size}`;
  return openRaw({ name, graph: artifact.graphBytes, rows, size }, threads);
}

/** Runs a graph on rows of ids in batches of `size`, with one session per thread. */
export async function openRaw(
  { name, graph, rows, size }: { name: string; graph: SharedArrayBuffer; rows: Int32Array[]; size: number },
  threads: number,
): Promise<Ceiling> {
  if (size > 1) rows.sort((a, b) => a.length - b.length); // Batches of similar lengths have the least padding.
  const batches = Array.from({ length: Math.ceil(rows.length / size) }, (_, i) =>
    pad(rows.slice(i * size, (i + 1) * size)),
  );
  const next = new SharedArrayBuffer(4);
  const data: CeilingData = { graph, batches, next };
  const program = new URL("./ceiling-thread.ts", import.meta.url).href;
  const workers = Array.from({ length: threads }, () => openThread(program, data));
  await Promise.all(workers.map((worker) => once(worker, "message")));
  return {
    name,
    async round() {
      new Int32Array(next)[0] = 0;
      const start = performance.now();
      const taken = await Promise.all(
        workers.map(async (worker) => {
          worker.postMessage("go");
          return ((await once(worker, "message")) as [[number, number][]])[0];
        }),
      );
      const rate = rows.length / ((performance.now() - start) / 1000);
      const ms = new Array<number>(batches.length);
      for (const [index, spent] of taken.flat()) ms[index] = spent;
      return { rate, ms };
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/**
 * The fastest of the batch sizes by the median of `rounds` over some of the texts, after one to
 * warm up.
 */
export async function bestCandidate(
  artifact: Artifact,
  texts: readonly string[],
  threads: number,
  rounds: number,
) {
  const rates = new Map<number, { name: string; rate: number }>();
  for (const size of SIZES) {
    const ceiling = await openCeiling(artifact, texts, size, threads);
    await ceiling.round();
    const found: number[] = [];
    for (let round = 0; round < rounds; round++) found.push((await ceiling.round()).rate);
    rates.set(size, { name: ceiling.name, rate: median(found) });
    await ceiling.close();
  }
  const [best] = [...rates].sort(([, a], [, b]) => b.rate - a.rate)[0]!;
  return { best, tried: [...rates.values()] };
}
