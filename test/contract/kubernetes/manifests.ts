import { readFile } from "node:fs/promises";
import path from "node:path";
import { applyPatch } from "rfc6902";
import { parse } from "yaml";

export const BASE = "docker/kubernetes/base";
export const GPU = "docker/kubernetes/gpu";
export const STREAM = "docker/kubernetes/stream";

/** A manifest as YAML gives it: schemas.ts says what it must be. */
// biome-ignore lint/suspicious/noExplicitAny: its shape is what is tested
export type Manifest = any;

interface Kustomization {
  resources?: string[];
  patches?: { path: string; target: { kind: string; name: string } }[];
}

export async function readYaml(file: string): Promise<Manifest> {
  return parse(await readFile(file, "utf8"), { merge: true });
}

export function kustomization(folder: string): Promise<Kustomization> {
  return readYaml(path.join(folder, "kustomization.yaml"));
}

export function manifestsOf(manifests: Manifest[], kind: string): Manifest[] {
  return manifests.filter((manifest) => manifest.kind === kind);
}

/**
 * What `kustomize build` prints, without the labels and image tags it adds.
 * @throws Error when a patch meets nothing
 */
export async function render(folder: string): Promise<Manifest[]> {
  const { resources = [], patches = [] } = await kustomization(folder);
  const files = resources.map((name) => path.join(folder, name));
  const manifests = await Promise.all(
    files.map((file) => (file.endsWith(".yaml") ? readYaml(file) : render(file))),
  );
  const rendered: Manifest[] = manifests.flat();
  for (const { path: file, target } of patches) {
    const manifest = rendered.find(
      ({ kind, metadata }) => kind === target.kind && metadata.name === target.name,
    );
    for (const fault of applyPatch(manifest, await readYaml(path.join(folder, file)))) {
      if (fault !== null) throw fault;
    }
  }
  return rendered;
}
