import { readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { EncoderSettingsSchema } from "@undertone/models";
import Type from "typebox";
import { Value } from "typebox/value";

const closed = { additionalProperties: false };
const share = Type.Number({ minimum: 0, exclusiveMaximum: 1 });

/** Every setting of a training run. Together with a corpus it determines the model. */
const PresetSchema = Type.Object(
  {
    description: Type.String(),
    encoder: EncoderSettingsSchema,
    vocabulary: Type.Object(
      {
        minimumCount: Type.Integer({ minimum: 1 }),
        maximumSize: Type.Integer({ minimum: 2 }),
        /**
         * Whether given names (`data/names`) are unknown words, so that no score depends on a name.
         */
        withoutNames: Type.Boolean(),
      },
      closed,
    ),
    split: Type.Object(
      {
        shuffle: Type.Boolean(),
        validation: share,
        /** The number of the validation fold; the default is 0. Folds are disjoint. */
        fold: Type.Optional(Type.Integer({ minimum: 0 })),
        /** The seed of the folds; the default is the preset's seed. */
        seed: Type.Optional(Type.Integer({ minimum: 0 })),
      },
      closed,
    ),
    embeddings: Type.Object(
      {
        /**
         * Whether in-domain vectors (`vectors.txt` of the teacher's folder) are joined to GloVe's.
         */
        domain: Type.Boolean(),
        missing: Type.Union([Type.Literal("zero"), Type.Literal("random")]),
        /**
         * The number of first epochs in which the vectors are not trained; null: they never are.
         */
        frozenEpochs: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()]),
        learningRate: Type.Number({ exclusiveMinimum: 0 }),
        /**
         * The number of principal components that the vectors are reduced to; null: no reduction.
         */
        dimensions: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
      },
      closed,
    ),
    network: Type.Object(
      {
        layers: Type.Integer({ minimum: 1 }),
        units: Type.Integer({ minimum: 1 }),
        bidirectional: Type.Boolean(),
        head: Type.Union([Type.Literal("first-last"), Type.Literal("pool")]),
        /** The most ids of a chunk. The chunks of a text are pooled together; null: no chunks. */
        chunkLength: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
        /** The linear term, whose tables have 2^bits weights each; null: no linear term. */
        ngrams: Type.Union([
          Type.Object(
            {
              bigramBits: Type.Integer({ minimum: 1, maximum: 24 }),
              trigramBits: Type.Integer({ minimum: 1, maximum: 24 }),
              learningRate: Type.Number({ exclusiveMinimum: 0 }),
            },
            closed,
          ),
          Type.Null(),
        ]),
        /**
         * Two logits, or one latent value with an ordered threshold between neighbouring ratings.
         */
        output: Type.Union([Type.Literal("classes"), Type.Literal("ordinal")]),
      },
      closed,
    ),
    /**
     * Distillation from the teacher (`labels.jsonl` of its folder). The target of a training review
     * is `hardShare` times its label plus (1 - `hardShare`) times the teacher's P(positive). The
     * target of an unrated review is the teacher's P(positive).
     */
    distillation: Type.Union([
      Type.Object({ hardShare: Type.Number({ minimum: 0, maximum: 1 }) }, closed),
      Type.Null(),
    ]),
    /**
     * Publishes an ensemble instead of the trained network: its log-odds are averaged with those of
     * the linear model (`linear-term.f32` of the teacher's folder), which have the weight `linear`.
     */
    ensemble: Type.Optional(Type.Object({ linear: share }, closed)),
    /**
     * The number of short sentences from templates (`data/short-sentences`) to train on as well. The
     * written ones of that folder come with them.
     */
    shortSentences: Type.Optional(Type.Integer({ minimum: 1 })),
    /**
     * In a domain with n training reviews the weight of each is proportional to
     * n^-domainWeightPower.
     */
    domainWeightPower: Type.Number({ minimum: 0, maximum: 1 }),
    /**
     * Dropout rates: of whole words, of numbers of the vectors and of the head, of linear terms.
     */
    dropout: Type.Object({ words: share, embeddings: share, head: share, ngrams: share }, closed),
    optimizer: Type.Object(
      {
        learningRate: Type.Number({ exclusiveMinimum: 0 }),
        schedule: Type.Union([Type.Literal("constant"), Type.Literal("one-cycle")]),
        weightDecay: Type.Number({ minimum: 0 }),
        clipNorm: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
        /**
         * Decay of the running mean of the weights, which replaces the last weights; default: no
         * mean.
         */
        averaging: Type.Optional(share),
      },
      closed,
    ),
    /**
     * Adversarial training (Miyato et al. 2017): half of each text's loss is that of its vectors
     * after a move against the label by this share of their norm. Default: no adversarial training.
     */
    adversarialNorm: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    batches: Type.Object(
      {
        /** The most texts of a batch. */
        size: Type.Integer({ minimum: 1 }),
        /** The most ids of a batch, padding included; null: no limit. */
        tokens: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
        shards: Type.Integer({ minimum: 1 }),
        byLength: Type.Boolean(),
      },
      closed,
    ),
    epochs: Type.Integer({ minimum: 1 }),
    patience: Type.Integer({ minimum: 1 }),
    seed: Type.Integer({ minimum: 0 }),
    targetAccuracy: share,
    /** The fewest training reviews of each class; the default is 50. */
    minimumPerClass: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);

export type Preset = Type.Static<typeof PresetSchema>;
export type Dropout = Preset["dropout"];
export type Architecture = Preset["network"] & {
  embedding: number;
  /** The number of boundaries between neighbouring ratings: 1 if the output is two classes. */
  thresholds: number;
};

/** What decides the trained network: all but what is done with it, and asked of it, when it is finished. */
export function networkSettings(preset: Preset) {
  const { description: _, targetAccuracy: __, minimumPerClass: ___, ensemble: ____, ...settings } = preset;
  return settings;
}

const folder = new URL("../presets/", import.meta.url);

export const presetNames = (): string[] =>
  readdirSync(fileURLToPath(folder)).map((file) => path.parse(file).name);

/**
 * Reads `trainer/presets/<name>.json`.
 * @param seed replaces the preset's own
 * @throws Error that names each field, what was expected and what was found
 */
export async function readPreset(name: string, seed?: number): Promise<Preset> {
  const preset = checkPreset(name, JSON.parse(await readFile(new URL(`${name}.json`, folder), "utf8")));
  return seed === undefined ? preset : { ...preset, seed };
}

/** @throws Error that names each field, what was expected and what was found */
export function checkPreset(name: string, value: unknown): Preset {
  if (Value.Check(PresetSchema, value)) {
    const { head, chunkLength, ngrams, output } = value.network;
    if (head !== "pool" && chunkLength !== null)
      throw new Error(`preset ${name}: /network/chunkLength expects head pool, found ${head}`);
    if (output !== "ordinal" && ngrams !== null)
      throw new Error(`preset ${name}: /network/ngrams expects output ordinal, found ${output}`);
    return value;
  }
  const faults = Value.Errors(PresetSchema, value).map((e) => `${e.instancePath || "/"} ${e.message}`);
  throw new Error(`preset ${name}: ${faults.join("; ")}`);
}
