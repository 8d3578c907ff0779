import Type from "typebox";
import { RULE_NAMES } from "./reviews/rules.ts";

const closed = { additionalProperties: false };

export const EncoderSettingsSchema = Type.Object(
  {
    /**
     * Text rules: the article's split on single spaces, the ones for film reviews, or those for
     * reviews of every kind.
     */
    rules: Type.Union([Type.Literal("article"), Type.Literal("default"), Type.Literal("reviews")]),
    /**
     * Of `reviews`: names of rules that are switched off, to measure what each of them is worth.
     */
    without: Type.Optional(Type.Array(Type.Enum(RULE_NAMES), { uniqueItems: true })),
    /** Ids kept of a text. */
    maximumLength: Type.Integer({ minimum: 1 }),
    /** What is kept of a longer text: its start, or half of it from each end. */
    truncation: Type.Union([Type.Literal("start"), Type.Literal("both-ends")]),
    /**
     * Whether every row has exactly `maximumLength` ids, zero-padded, the pads being inputs of the
     * network.
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

/** Id of a word that is not in the vocabulary. */
export const UNKNOWN = 1;
export const SPECIAL_WORDS = ["<pad>", "<unk>"] as const;
