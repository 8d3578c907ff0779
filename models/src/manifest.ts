import Type from "typebox";
import { EncoderSettingsSchema } from "./vocabulary.ts";

const closed = { additionalProperties: false };
const Sha256 = Type.String({ pattern: "^[0-9a-f]{64}$" });
const Metrics = {
  accuracy: Type.Number(),
  loss: Type.Number(),
  ece: Type.Number(),
  /**
   * The agreement of estimated and given stars: Spearman's rank correlation of the stars and of the
   * score, and the mean absolute error in stars.
   */
  stars: Type.Optional(
    Type.Object(
      { spearman: Type.Number(), scoreSpearman: Type.Number(), meanAbsoluteError: Type.Number() },
      closed,
    ),
  ),
};
/**
 * The figures of one domain, or their means with equal weights. Accuracy and AUC leave out the neutral
 * ratings (3 of 5 stars).
 */
const DomainFigures = {
  accuracy: Type.Number(),
  auc: Type.Number(),
  loss: Type.Number(),
  ece: Type.Number(),
};
const Split = {
  ...Metrics,
  macro: Type.Optional(Type.Object(DomainFigures, closed)),
  domains: Type.Optional(
    Type.Array(Type.Object({ domain: Type.String(), rows: Type.Integer(), ...DomainFigures }, closed)),
  ),
};
const SplitMetrics = Type.Object(
  {
    validation: Type.Object(Split, closed),
    test: Type.Optional(Type.Object({ rows: Type.Integer(), ...Split }, closed)),
  },
  closed,
);
/**
 * The calibration, which is part of the graph: log-odds are divided by the temperature, and those of
 * the score are moved by the shift. `eceBefore` and `eceAfter` are the validation ECE without and with
 * it, averaged over the domains.
 */
const Calibration = Type.Object(
  {
    temperature: Type.Number(),
    shift: Type.Optional(Type.Number()),
    eceBefore: Type.Number(),
    eceAfter: Type.Number(),
  },
  closed,
);

/** The version of the artifact's format that this code writes and reads. */
export const FORMAT = 1;

/** Class names in the order of the graph's two logits. */
export const LABELS = ["negative", "positive"] as const;

/** The contents of `manifest.json`. */
export const ManifestSchema = Type.Object(
  {
    format: Type.Integer(),
    name: Type.String({ minLength: 1 }),
    version: Type.String({ minLength: 1 }),
    labels: Type.Array(Type.String()),
    architecture: Type.Object(
      {
        layers: Type.Integer(),
        units: Type.Integer(),
        bidirectional: Type.Boolean(),
        head: Type.String(),
        embedding: Type.Integer(),
        /** The graph reads a text in chunks of at most this many ids; null or absent: as a whole. */
        chunkLength: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
        /** The linear term: the binary logarithms of its tables' sizes, and its learning rate. */
        ngrams: Type.Optional(
          Type.Union([
            Type.Object(
              {
                bigramBits: Type.Integer(),
                trigramBits: Type.Integer(),
                learningRate: Type.Number(),
              },
              closed,
            ),
            Type.Null(),
          ]),
        ),
        output: Type.Optional(Type.String()),
        thresholds: Type.Optional(Type.Integer()),
      },
      closed,
    ),
    encoder: Type.Object(
      { fingerprint: Sha256, words: Type.Integer(), ...EncoderSettingsSchema.properties },
      closed,
    ),
    /** The name of the ONNX file, which runs on every execution provider. */
    graph: Type.String(),
    files: Type.Record(Type.String(), Type.Object({ sha256: Sha256, bytes: Type.Integer() }, closed)),
    corpus: Type.Object(
      {
        sha256: Sha256,
        rows: Type.Integer(),
        train: Type.Integer(),
        /** The number of unrated reviews that were trained on with a teacher's labels. */
        unlabelled: Type.Optional(Type.Integer()),
        validation: Type.Integer(),
        test: Type.Integer(),
      },
      closed,
    ),
    seed: Type.Integer(),
    preset: Type.String(),
    calibration: Calibration,
    metrics: SplitMetrics,
    /**
     * The ratings of the corpus in rising order. Present if the graph has a second output `stars`, the
     * expected rating.
     */
    stars: Type.Optional(Type.Object({ values: Type.Array(Type.Number(), { minItems: 2 }) }, closed)),
    /**
     * The largest difference of a score between TensorFlow.js and ONNX Runtime, over `texts` texts. A
     * difference of stars counts as a share of their scale.
     */
    parity: Type.Object({ texts: Type.Integer(), largestDifference: Type.Number() }, closed),
    provenance: Type.Object(
      {
        commit: Type.String(),
        date: Type.String(),
        machine: Type.String(),
        libraries: Type.Record(Type.String(), Type.String()),
      },
      closed,
    ),
  },
  closed,
);
export type Manifest = Type.Static<typeof ManifestSchema>;

/**
 * The contents of `golden.json`: texts with the ids, the scores and the stars that encoder and graph
 * must reproduce.
 */
export const GoldenSchema = Type.Object(
  {
    texts: Type.Array(
      Type.Object(
        {
          text: Type.String(),
          ids: Type.Array(Type.Integer()),
          score: Type.Number(),
          stars: Type.Optional(Type.Number()),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
);
export type Golden = Type.Static<typeof GoldenSchema>;
