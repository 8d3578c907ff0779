import { readFile } from "node:fs/promises";
import Type from "typebox";
import { Value } from "typebox/value";
import { type Preset, readPreset } from "../../src/preset.ts";
import { type Overrides, override } from "./recipe.ts";

const wholeNumbers = Type.Array(Type.Integer({ minimum: 0 }), { minItems: 1 });
const overrides = Type.Record(Type.String(), Type.Unknown());

/** Recipes that are compared on the same reviews, each with every fold and seed. */
const PlanSchema = Type.Object(
  {
    name: Type.String(),
    preset: Type.String(),
    /** The changes of the preset that all variants have in common: the baseline. */
    set: overrides,
    /** The most training reviews, and the most unrated ones; by default all. */
    limit: Type.Optional(Type.Integer({ minimum: 1 })),
    folds: wholeNumbers,
    seeds: wholeNumbers,
    variants: Type.Array(
      Type.Object({ name: Type.String(), set: overrides }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false },
);

export type Plan = Type.Static<typeof PlanSchema>;

/** One training: a variant with its fold and seed put into the preset. */
export interface Run {
  plan: string;
  name: string;
  presetName: string;
  set: Overrides;
  preset: Preset;
  /** The variant that this one is compared with. */
  baseline: Preset;
  limit?: number;
  fold: number;
  seed: number;
}

/** @throws Error that names each field, what was expected and what was found */
export async function readPlan(file: string): Promise<Plan> {
  const value: unknown = JSON.parse(await readFile(file, "utf8"));
  if (Value.Check(PlanSchema, value)) return value;
  const faults = Value.Errors(PlanSchema, value).map((e) => `${e.instancePath || "/"} ${e.message}`);
  throw new Error(`${file}: ${faults.join("; ")}`);
}

/** All experiments use the same folds. Fold 0 of seed 0 is what the published presets hold back. */
const CUT_SEED = 0;

/**
 * The runs of a plan. All variants of one seed come before the next seed, so that an unfinished
 * plan already compares variants.
 */
export async function runsOf({ name, preset: presetName, set, variants, ...plan }: Plan): Promise<Run[]> {
  const given = await readPreset(presetName);
  given.split.seed ??= CUT_SEED;
  const baseline = override(presetName, given, set);
  const presets = variants.map((variant) => ({
    ...variant,
    preset: override(`${presetName}, ${variant.name}`, baseline, variant.set),
  }));
  return plan.seeds.flatMap((seed) =>
    plan.folds.flatMap((fold) =>
      presets.map((variant) => ({
        plan: name,
        presetName,
        name: variant.name,
        set: { ...set, ...variant.set },
        preset: { ...variant.preset, seed, split: { ...variant.preset.split, fold } },
        baseline,
        ...(plan.limit !== undefined && { limit: plan.limit }),
        fold,
        seed,
      })),
    ),
  );
}
