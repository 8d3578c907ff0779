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
    label: Type.Enum([...LABELS], { description: "`positive` if the score is at least 0.5." }),
    score: Type.Number({ minimum: 0, maximum: 1, description: "The calibrated probability of positive." }),
    stars: Type.Optional(
      Type.Number({
        description:
          "The estimated rating of the writer, to one decimal, on the scale that GET /model states. Absent if the model does not estimate it.",
      }),
    ),
    tokens: Type.Object(
      {
        total: TokenCount("Tokens in the text."),
        scored: TokenCount("Tokens the model read: all of them, or its maximum."),
        known: TokenCount("Scored tokens that are in the model's vocabulary."),
      },
      { additionalProperties: false },
    ),
    truncated: Type.Boolean({ description: "True if the text was longer than the model reads." }),
    warnings: Type.Optional(
      Type.Array(Type.Enum(Object.keys(WARNINGS) as Warning[]), {
        minItems: 1,
        description: `Why the score deserves less trust; absent if there is no reason. ${explained}`,
      }),
    ),
  },
  { additionalProperties: false },
);
export type Score = Type.Static<typeof Score>;

/** Stage timings of one request in milliseconds: of its texts, the longest. */
export interface Timings {
  encodeMs: number;
  queueMs: number;
  inferMs: number;
}

/** Softmax over one row of `logits` (negative, positive), which the artifact promises to be calibrated; stars to one decimal. */
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
