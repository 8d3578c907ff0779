import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describeFile, LABELS, type Manifest } from "@undertone/models";
import { reliability } from "../evaluation/metrics.ts";
import { bars, confusionMatrix, curves, reliabilityDiagram } from "./charts.ts";
import { modelCard } from "./model-card.ts";
import type { RunRecord } from "./run-record.ts";

/**
 * Writes the model card and its plots into an artifact's folder.
 * @returns the manifest with their hashes
 */
export async function writeReport(folder: string, manifest: Manifest, run: RunRecord): Promise<Manifest> {
  const plots = path.join(folder, "report");
  await mkdir(plots, { recursive: true });
  const { before, after } = run.coverage;
  const charts = {
    curves: curves(run.history),
    confusion: confusionMatrix(confusion(run)),
    reliability: reliabilityDiagram(reliability(run.scores, run.labels)),
    length: bars(
      "Test accuracy by length",
      "tokens scored",
      run.errorAnalysis.byLength.map(({ group, accuracy }) => ({ group, share: accuracy })),
    ),
    coverage: bars("Training tokens with a vector", "text rules", [
      { group: "split on spaces", share: before },
      { group: manifest.encoder.rules, share: after },
    ]),
  };
  for (const [name, svg] of Object.entries(charts))
    await writeFile(path.join(plots, `${name}.svg`), `${await svg}\n`);
  await writeFile(path.join(folder, "README.md"), modelCard(manifest, run));
  const shown = ["README.md", ...Object.keys(charts).map((name) => `report/${name}.svg`)];
  return listInManifest(folder, manifest, shown);
}

/** A service shows only files whose hashes are in the manifest. */
async function listInManifest(folder: string, manifest: Manifest, shown: string[]): Promise<Manifest> {
  const files = { ...manifest.files };
  for (const name of shown) files[name] = await describeFile(path.join(folder, name));
  const listing = { ...manifest, files };
  await writeFile(path.join(folder, "manifest.json"), `${JSON.stringify(listing, null, 2)}\n`);
  return listing;
}

function confusion({ scores, labels }: RunRecord) {
  const counts = [0, 0, 0, 0];
  for (const [i, p] of scores.entries()) counts[2 * labels[i]! + Number(p >= 0.5)]!++;
  return counts.map((rows, i) => ({ truth: LABELS[i >> 1]!, said: LABELS[i % 2]!, rows }));
}
