import { LABELS } from "@undertone/models";
import Type from "typebox";
import type { EncodedText } from "./encode.ts";
import type { Inference } from "./queued-text.ts";
import { WARNINGS, type Warning } from "./warnings.ts";

const TokenCount = (description: string) => Type.Integer({ minimum: 0, description });

const explained = Object.entries(WARNINGS)
  .map(([warning, meaning]) => `\`${warning}\`: ${meaning}`)
  .join(" ");

/** The result of one text; every protocol answers with it. */
export const Score = Type.Object(
  {
    label: Type.Enum([...LABELS], {
      description: "`positive` if the score is at least 0.5, otherwise `negative`.",
    }),
    score: Type.Number({
      minimum: 0,
      maximum: 1,
      description: "The calibrated probability that the text is positive.",
    }),
    stars: Type.Optional(
      Type.Number({
        description: [
          "The estimated star rating of the writer, to one decimal place. `GET /model` gives the",
          "scale. Absent if the model does not estimate ratings.",
        ].join(" "),
      }),
    ),
    tokens: Type.Object(
      {
        total: TokenCount("The number of tokens in the text."),
        scored: TokenCount("The number of tokens that the model read: all, or its maximum."),
        known: TokenCount("The number of scored tokens that are in the model's vocabulary."),
      },
      { additionalProperties: false },
    ),
    truncated: Type.Boolean({ description: "True if the text was longer than the model reads." }),
    warnings: Type.Optional(
      Type.Array(Type.Enum(Object.keys(WARNINGS) as Warning[]), {
        minItems: 1,
        description: `Why the score is less reliable. Absent if there is no warning. ${explained}`,
      }),
    ),
  },
  { additionalProperties: false },
);
export type Score = Type.Static<typeof Score>;

/** Stage timings of one request in milliseconds: the maximum over its texts. */
export interface Timings {
  encodeMs: number;
  queueMs: number;
  inferMs: number;
}

/**
 * Softmax over one row of `logits` (negative, positive). The model's export has calibrated them.
 * Stars are rounded to one decimal place.
 */
export function toScore(encoded: EncodedText, { logits, stars }: Pick<Inference, "logits" | "stars">): Score {
  const [negative, positive] = logits;
  const score = 1 / (1 + Math.exp(negative - positive));
  const { total, scored, known, truncated, warnings } = encoded;
  return {
    label: LABELS[score >= 0.5 ? 1 : 0]!,
    score,
    ...(stars !== undefined && { stars: Math.round(10 * stars) / 10 }),
    tokens: { total, scored, known },
    truncated,
    ...(warnings.length > 0 && { warnings }),
  };
}
