import { execFileSync } from "node:child_process";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describeFile, type Encoder, LABELS, type Manifest, type Vocabulary } from "@undertone/models";
import { accuracy, expectedCalibrationError, logLoss, scores } from "./metrics.ts";
import { onnxLogits } from "./onnx/runtime.ts";
import libraries from "../package.json" with { type: "json" };
import goldenTexts from "./golden-texts.json" with { type: "json" };

export const metricsOf = (p: Float64Array, labels: readonly number[]) => ({
  accuracy: accuracy(p, labels),
  loss: logLoss(p, labels),
  ece: expectedCalibrationError(p, labels),
});

/** What only the training run knows of a model. */
export type Known = Omit<Manifest, "format" | "labels" | "encoder" | "graph" | "files" | "provenance">;

/**
 * Writes the artifact's folder: graph, vocabulary, golden texts with the graph's own scores, manifest. It is made
 * beside its place and moved there when complete, so a reader never sees half of one.
 *
 * @param graph the ONNX model's bytes
 */
export async function publish(
  folder: string,
  graph: Uint8Array,
  vocabulary: Vocabulary,
  encoder: Encoder,
  known: Known,
): Promise<Manifest> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const at = (file: string) => path.join(draft, file);
  await writeFile(at("model.onnx"), graph);
  const { settings, words } = vocabulary;
  await writeFile(at("vocab.json"), `${JSON.stringify({ settings, words })}\n`);
  await writeFile(at("golden.json"), `${JSON.stringify(await golden(graph, encoder), null, 2)}\n`);
  const files: Manifest["files"] = {};
  for (const file of ["model.onnx", "vocab.json", "golden.json"]) files[file] = await describeFile(at(file));
  const manifest: Manifest = {
    format: 1,
    labels: [...LABELS],
    graph: "model.onnx",
    encoder: { fingerprint: encoder.fingerprint, words: words.length, ...settings },
    files,
    provenance: {
      commit: commit(),
      date: new Date().toISOString(),
      machine: `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.version}`,
      libraries: libraries.dependencies,
    },
    ...known,
  };
  await writeFile(at("manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
  return manifest;
}

/** Texts written for it, short and long, with their ids and the score each gets alone. */
async function golden(graph: Uint8Array, encoder: Encoder) {
  const encoded = goldenTexts.map((text) => ({ text, ids: encoder.encode(text).ids }));
  const logits = await onnxLogits(
    graph,
    encoded.map(({ ids }) => ids),
    1,
  );
  const p = scores(logits);
  const usable = encoded.map(({ text, ids }, i) => ({ text, ids: [...ids], score: Number(p[i]!.toFixed(6)) }));
  return { texts: usable };
}

function commit(): string {
  try {
    return execFileSync("git", ["describe", "--always", "--dirty"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}
