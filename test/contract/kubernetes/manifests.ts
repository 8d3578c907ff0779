import { readFile } from "node:fs/promises";
import path from "node:path";
import { applyPatch } from "rfc6902";
import { parse } from "yaml";

export const BASE = "docker/kubernetes/base";
export const GPU = "docker/kubernetes/gpu";
export const STREAM = "docker/kubernetes/stream";

/** A manifest as it is in the YAML. schemas.ts validates it. */
// biome-ignore lint/suspicious/noExplicitAny: the tests check its shape
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
 * The output of `kustomize build`, without the labels and image tags that it adds.
 * @throws Error if a patch has no target
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
