import { createHash } from "node:crypto";
import { Pointer } from "typebox/value";
import { checkPreset, type Preset } from "../../src/preset.ts";

/** Fields of a preset with their new values, by path: `{"network.units": 64}`. */
export type Overrides = Record<string, unknown>;

/**
 * A preset with some fields changed.
 * @throws Error that names each field, what was expected and what was found
 */
export function override(name: string, preset: Preset, set: Overrides): Preset {
  const changed = structuredClone(preset);
  for (const [path, value] of Object.entries(set)) {
    try {
      Pointer.Set(changed, `/${path.replaceAll(".", "/")}`, value);
    } catch (error) {
      throw new Error(`preset ${name}: ${path} cannot be set: ${(error as Error).message}`);
    }
  }
  return checkPreset(name, changed);
}

/** The first 12 hex digits of the SHA-256 of a value as JSON. */
export const digest = (parts: unknown): string =>
  createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);

/**
 * Identifies a recipe, for every fold and seed.
 * @param inputs digests of the files beside the corpus that it learns from
 */
export function recipeHash(preset: Preset, inputs: string[]): string {
  const ignored = { description: null, targetAccuracy: null, seed: null };
  return digest([{ ...preset, ...ignored, split: { ...preset.split, fold: null } }, ...inputs]);
}
