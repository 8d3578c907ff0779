import Type from "typebox";
import { RULE_NAMES } from "./reviews/rules.ts";

const closed = { additionalProperties: false };

export const EncoderSettingsSchema = Type.Object(
  {
    /**
     * The text rules: `article` splits on single spaces, `default` is for film reviews, and `reviews`
     * is for reviews of every kind.
     */
    rules: Type.Union([Type.Literal("article"), Type.Literal("default"), Type.Literal("reviews")]),
    /**
     * The rules of `reviews` that are switched off, to measure the effect of each.
     */
    without: Type.Optional(Type.Array(Type.Enum(RULE_NAMES), { uniqueItems: true })),
    /** The maximum number of ids that are kept of a text. */
    maximumLength: Type.Integer({ minimum: 1 }),
    /** The part of a longer text that is kept: its start, or half of the ids from each end. */
    truncation: Type.Union([Type.Literal("start"), Type.Literal("both-ends")]),
    /**
     * Whether every row is zero-padded to exactly `maximumLength` ids, and the network reads the
     * padding too.
     */
    fixedLength: Type.Boolean(),
  },
  closed,
);

/**
 * The contents of `vocab.json`: words in id order, `<pad>` = 0 and `<unk>` = 1, and the encoder's
 * settings.
 */
export const VocabularySchema = Type.Object(
  { settings: EncoderSettingsSchema, words: Type.Array(Type.String(), { minItems: 2 }) },
  closed,
);

export type EncoderSettings = Type.Static<typeof EncoderSettingsSchema>;
export type TextSettings = Pick<EncoderSettings, "rules" | "without">;
export type Vocabulary = Type.Static<typeof VocabularySchema>;

/** The id of every word that is not in the vocabulary. */
export const UNKNOWN = 1;
export const SPECIAL_WORDS = ["<pad>", "<unk>"] as const;
