import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  describeFile,
  type Encoder,
  type Golden,
  LABELS,
  type Manifest,
  type Vocabulary,
} from "@undertone/models";
import libraries from "../../package.json" with { type: "json" };
import goldenTexts from "./golden-texts.json" with { type: "json" };
import { graphAnswers } from "./onnx/calibrate.ts";
import { FLOAT32, INT8, type Precision } from "./onnx/precision.ts";
import { commit, machine } from "./provenance.ts";

/** What only the training run knows of a model. */
export type Known = Omit<
  Manifest,
  "format" | "labels" | "encoder" | "graph" | "int8" | "calibration" | "metrics" | "files" | "provenance"
>;

/** A graph's bytes and its quality. */
type Evaluated = Pick<Manifest, "calibration" | "metrics"> & { graph: Uint8Array };

/**
 * Writes the artifact's folder: graphs, vocabulary, golden texts with each graph's own scores, manifest. It is made
 * beside its place and moved there when complete, so a reader never sees half of one.
 */
export async function publish(
  folder: string,
  { float32, int8 }: { float32: Evaluated; int8: Evaluated },
  vocabulary: Vocabulary,
  encoder: Encoder,
  known: Known,
): Promise<Manifest> {
  const draft = `${folder}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const at = (file: string) => path.join(draft, file);
  await writeFile(at("model.onnx"), float32.graph);
  await writeFile(at("model.int8.onnx"), int8.graph);
  const { settings, words } = vocabulary;
  await writeFile(at("vocab.json"), `${JSON.stringify({ settings, words })}\n`);
  await writeFile(
    at("golden.json"),
    `${JSON.stringify(await golden(float32.graph, int8.graph, encoder), null, 2)}\n`,
  );
  const files: Manifest["files"] = {};
  for (const file of ["model.onnx", "model.int8.onnx", "vocab.json", "golden.json"])
    files[file] = await describeFile(at(file));
  const manifest: Manifest = {
    format: 1,
    labels: [...LABELS],
    graph: "model.onnx",
    int8: { graph: "model.int8.onnx", calibration: int8.calibration, metrics: int8.metrics },
    calibration: float32.calibration,
    metrics: float32.metrics,
    encoder: { fingerprint: encoder.fingerprint, words: words.length, ...settings },
    files,
    provenance: {
      commit: commit(),
      date: new Date().toISOString(),
      machine: machine(),
      libraries: libraries.dependencies,
    },
    ...known,
  };
  await writeFile(at("manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
  await rm(folder, { recursive: true, force: true });
  await rename(draft, folder);
  return manifest;
}

/** Texts written for it, short and long, with their ids and what each graph says of each alone. */
async function golden(float32: Uint8Array, int8: Uint8Array, encoder: Encoder): Promise<Golden> {
  const rows = goldenTexts.map((text) => encoder.encode(text).ids);
  const rounded = async (graph: Uint8Array, precision: Precision) => {
    const { scores, stars } = await graphAnswers(graph, precision, rows);
    const sixDecimals = (values: ArrayLike<number>) =>
      Array.from(values, (value) => Number(value.toFixed(6)));
    return { scores: sixDecimals(scores), stars: stars && sixDecimals(stars) };
  };
  const [exact, quantised] = [await rounded(float32, FLOAT32), await rounded(int8, INT8)];
  return {
    texts: goldenTexts.map((text, i) => ({
      text,
      ids: [...rows[i]!],
      score: exact.scores[i]!,
      int8Score: quantised.scores[i]!,
      ...(exact.stars && quantised.stars && { stars: exact.stars[i]!, int8Stars: quantised.stars[i]! }),
    })),
  };
}
