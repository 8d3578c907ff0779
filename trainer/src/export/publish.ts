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
import { commit, machine } from "./provenance.ts";

/** What only the training run knows about a model. */
export type Known = Omit<
  Manifest,
  "format" | "labels" | "encoder" | "graph" | "calibration" | "metrics" | "files" | "provenance"
>;

/** A graph's bytes and its quality. */
type Evaluated = Pick<Manifest, "calibration" | "metrics"> & { graph: Uint8Array };

/**
 * Writes the folder of the artifact: graph, vocabulary, golden texts with their scores, manifest.
 * It is written beside its place and moved there when complete, so that no reader sees a part of
 * it.
 */
export async function publish(
  folder: string,
  { graph, calibration, metrics }: Evaluated,
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
    calibration,
    metrics,
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

/** The golden texts, short and long, with their ids and the graph's scores, each scored alone. */
async function golden(graph: Uint8Array, encoder: Encoder): Promise<Golden> {
  const rows = goldenTexts.map((text) => encoder.encode(text).ids);
  const { scores, stars } = await graphAnswers(graph, rows);
  const sixDecimals = (value: number) => Number(value.toFixed(6));
  return {
    texts: goldenTexts.map((text, i) => ({
      text,
      ids: [...rows[i]!],
      score: sixDecimals(scores[i]!),
      ...(stars && { stars: sixDecimals(stars[i]!) }),
    })),
  };
}
