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
      {
        minimumCount: Type.Integer({ minimum: 1 }),
        maximumSize: Type.Integer({ minimum: 2 }),
        /** Whether given names (`data/names`) are unknown words, so that no score can follow which one a text holds. */
        withoutNames: Type.Boolean(),
      },
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
        /** The vectors are reduced to so many dimensions by their principal components; null keeps them as they are. */
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
        /** A text is read in chunks of at most so many ids, which are pooled together; null reads it whole. */
        chunkLength: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
        /** The linear term's tables have 2^bits weights each; null leaves the term out. */
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
        /** Two logits, or one latent value with an ordered threshold between each two neighbouring ratings. */
        output: Type.Union([Type.Literal("classes"), Type.Literal("ordinal")]),
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
    /**
     * What is published instead of the trained network alone: the mean of its weights and of those that training started from,
     * which count `start`; then the mean of its log-odds and of the linear teacher's (`linear-term.f32` of the teacher's
     * folder), which count `linear`.
     */
    ensemble: Type.Optional(Type.Object({ start: share, linear: share }, closed)),
    /** How many short sentences, made from templates (`data/short-sentences`), are learnt from beside the reviews; none without it. */
    shortSentences: Type.Optional(Type.Integer({ minimum: 1 })),
    /** A review of a domain of n training reviews counts in proportion to n to the power of minus this. */
    domainWeightPower: Type.Number({ minimum: 0, maximum: 1 }),
    /** Shares of the words, of the vectors' and the head's numbers, and of the linear terms that a step leaves out. */
    dropout: Type.Object({ words: share, embeddings: share, head: share, ngrams: share }, closed),
    optimizer: Type.Object(
      {
        learningRate: Type.Number({ exclusiveMinimum: 0 }),
        schedule: Type.Union([Type.Literal("constant"), Type.Literal("one-cycle")]),
        weightDecay: Type.Number({ minimum: 0 }),
        clipNorm: Type.Union([Type.Number({ exclusiveMinimum: 0 }), Type.Null()]),
        /** Decay of the weights' running mean, which is evaluated and published instead of the last weights; none without it. */
        averaging: Type.Optional(share),
      },
      closed,
    ),
    /**
     * Adversarial training (Miyato et al. 2017): each text counts half as it is, and half with its vectors moved against the
     * label by this share of their norm. None without it.
     */
    adversarialNorm: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
    batches: Type.Object(
      {
        /** Texts in a batch, at most. */
        size: Type.Integer({ minimum: 1 }),
        /** Padded ids in a batch, at most; null sets no limit. */
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
    /** Training reviews that each class must have; 50 unless the preset says otherwise. */
    minimumPerClass: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);

export type Preset = Type.Static<typeof PresetSchema>;
export type Dropout = Preset["dropout"];
export type Architecture = Preset["network"] & {
  embedding: number;
  /** Boundaries between neighbouring ratings: 1 where the output is two classes. */
  thresholds: number;
};

/** What decides the trained network: all but what is done with it, and asked of it, when it is finished. */
export function networkSettings({ targetAccuracy: _, minimumPerClass: __, ensemble: ___, ...rest }: Preset) {
  return rest;
}

const folder = new URL("../presets/", import.meta.url);

export const presetNames = (): string[] =>
  readdirSync(fileURLToPath(folder)).map((file) => path.parse(file).name);

/**
 * Reads `trainer/presets/<name>.json`.
 * @param seed instead of the preset's own
 * @throws Error that names each field with what was expected and what was found
 */
export async function readPreset(name: string, seed?: number): Promise<Preset> {
  const preset = checkPreset(name, JSON.parse(await readFile(new URL(`${name}.json`, folder), "utf8")));
  return seed === undefined ? preset : { ...preset, seed };
}

/** @throws Error that names each field with what was expected and what was found */
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
