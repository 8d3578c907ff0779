import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { EncoderSettingsSchema } from "@undertone/models";
import Type from "typebox";
import { Value } from "typebox/value";

const closed = { additionalProperties: false };
const share = Type.Number({ minimum: 0, exclusiveMaximum: 1 });

/** One experiment: everything that decides a model, given a corpus. */
const PresetSchema = Type.Object(
  {
    description: Type.String(),
    encoder: EncoderSettingsSchema,
    vocabulary: Type.Object(
      { minimumCount: Type.Integer({ minimum: 1 }), maximumSize: Type.Integer({ minimum: 2 }) },
      closed,
    ),
    split: Type.Object(
      {
        shuffle: Type.Boolean(),
        validation: share,
        /** Which of the disjoint validation cuts, 0 where it is left out; and the seed of the cuts, the preset's own. */
        fold: Type.Optional(Type.Integer({ minimum: 0 })),
        seed: Type.Optional(Type.Integer({ minimum: 0 })),
      },
      closed,
    ),
    embeddings: Type.Object(
      {
        /** Whether in-domain vectors (`vectors.txt` of the teacher's folder) are joined to GloVe's. */
        domain: Type.Boolean(),
        missing: Type.Union([Type.Literal("zero"), Type.Literal("random")]),
        /** Epochs, from the first, in which the vectors stay as they are; Infinity is written as null. */
        frozenEpochs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
        learningRate: Type.Number({ exclusiveMinimum: 0 }),
        /** Whether given names (`trainer/src/names`) share one row of the table; not, where it is left out. */
        shareNames: Type.Optional(Type.Boolean()),
      },
      closed,
    ),
    network: Type.Object(
      {
        layers: Type.Integer({ minimum: 1 }),
        units: Type.Integer({ minimum: 1 }),
        bidirectional: Type.Boolean(),
        head: Type.Union([Type.Literal("first-last"), Type.Literal("pool")]),
      },
      closed,
    ),
    /**
     * Learning from the teacher (`labels.jsonl` of its folder): a training review's target is `hardShare` of its label and
     * the rest the teacher's P(positive); unlabelled reviews are trained on the teacher's alone.
     */
    distillation: Type.Union([
      Type.Object({ hardShare: Type.Number({ minimum: 0, maximum: 1 }) }, closed),
      Type.Null(),
    ]),
    /** Share of the rows of an epoch that are cut to a random window of `minimum` to `maximum` ids. */
    windows: Type.Union([
      Type.Object(
        { share, minimum: Type.Integer({ minimum: 1 }), maximum: Type.Integer({ minimum: 1 }) },
        closed,
      ),
      Type.Null(),
    ]),
    dropout: Type.Object({ words: share, embeddings: share, head: share }, closed),
    optimizer: Type.Object(
      {
        learningRate: Type.Number({ exclusiveMinimum: 0 }),
        schedule: Type.Union([Type.Literal("constant"), Type.Literal("one-cycle")]),
        weightDecay: Type.Number({ minimum: 0 }),
        clipNorm: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
      },
      closed,
    ),
    batches: Type.Object(
      { size: Type.Integer({ minimum: 1 }), shards: Type.Integer({ minimum: 1 }), byLength: Type.Boolean() },
      closed,
    ),
    epochs: Type.Integer({ minimum: 1 }),
    patience: Type.Integer({ minimum: 1 }),
    seed: Type.Integer({ minimum: 0 }),
    targetAccuracy: share,
    /**
     * Whether a star head is learnt when the network is finished (see stars/learn.ts). The network does not depend on it, so a
     * run goes on whatever it says.
     */
    stars: Type.Optional(Type.Boolean()),
  },
  closed,
);

export type Preset = Type.Static<typeof PresetSchema>;
export type Dropout = Preset["dropout"];
export type Windows = NonNullable<Preset["windows"]>;
export type Architecture = Preset["network"] & { embedding: number };

/** What decides the network: all but what is asked of it when it is finished. */
export function decisive({ targetAccuracy: _, stars: __, ...rest }: Preset) {
  return rest;
}

const folder = new URL("../presets/", import.meta.url);

export const presetNames = (): string[] =>
  readdirSync(fileURLToPath(folder)).map((file) => path.parse(file).name);

/**
 * Reads `trainer/presets/<name>.json`.
 * @throws Error that names each field with what was expected and what was found
 */
export async function readPreset(name: string): Promise<Preset> {
  return checkPreset(name, JSON.parse(await readFile(new URL(`${name}.json`, folder), "utf8")));
}

/** @throws Error that names each field with what was expected and what was found */
export function checkPreset(name: string, value: unknown): Preset {
  if (Value.Check(PresetSchema, value)) return value;
  const faults = Value.Errors(PresetSchema, value).map((e) => `${e.instancePath || "/"} ${e.message}`);
  throw new Error(`preset ${name}: ${faults.join("; ")}`);
}
