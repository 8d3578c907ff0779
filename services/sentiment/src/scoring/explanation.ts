import { closed } from "@undertone/base/problem";
import Type from "typebox";

const place = {
  start: Type.Integer({ minimum: 0, description: "Index of the first UTF-16 unit in the text as sent." }),
  end: Type.Integer({ minimum: 0, description: "Index after the last UTF-16 unit." }),
};
const Nullable = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

/** The effect of each part of one text on its score, measured by leaving the part out. */
export const Explanation = Type.Object(
  {
    tokens: Type.Array(
      Type.Object(
        {
          ...place,
          contribution: Nullable(
            [
              "The log-odds of positive with the token, minus the log-odds without it. Above 0 the",
              "token speaks for positive. null if it was not measured: in a long text only the",
              "sentences with the largest contributions are measured word by word.",
            ].join(" "),
          ),
          running: Nullable(
            [
              "The score of the text up to and including this token. null if it was not measured:",
              "in a long text it is measured at the end of each sentence only.",
            ].join(" "),
          ),
        },
        closed,
      ),
      { description: "The tokens that the model read, in order. Tokens that were cut are not listed." },
    ),
    sentences: Type.Array(
      Type.Object(
        {
          ...place,
          contribution: Type.Number({ description: "The contribution of the whole sentence." }),
        },
        closed,
      ),
      {
        description: [
          "The sentences that the model read at least in part, in order. A long sentence is",
          "divided into parts. If there are more than 64 sentences, neighbours are joined.",
        ].join(" "),
      },
    ),
    passes: Type.Integer({
      minimum: 1,
      description: "The number of model passes over the text or parts of it.",
    }),
    unknown: Type.Array(Type.Integer({ minimum: 0 }), {
      description: [
        "Indices of the tokens that are not in the model's vocabulary. The model reads all of",
        "them as the same unknown word.",
      ].join(" "),
    }),
  },
  closed,
);
export type Explanation = Type.Static<typeof Explanation>;
