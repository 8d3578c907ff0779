import { closed } from "@undertone/base/problem";
import Type from "typebox";

const place = {
  start: Type.Integer({ minimum: 0, description: "Index of the first UTF-16 unit in the text as sent." }),
  end: Type.Integer({ minimum: 0, description: "Index after the last UTF-16 unit." }),
};
const Nullable = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

/** What the engine found out about one text by leaving parts of it out. */
export const Explanation = Type.Object(
  {
    tokens: Type.Array(
      Type.Object(
        {
          ...place,
          contribution: Nullable(
            "The log-odds of positive with the token minus those without it. A value above 0 speaks for positive. null if it was not measured, because the text is long and other sentences have more weight.",
          ),
          running: Nullable(
            "The score of the text up to and including the token. null if it was not measured, because the text is long and no sentence ends here.",
          ),
        },
        closed,
      ),
      { description: "Every token that the model read, in order. Tokens that were cut are not listed." },
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
        description:
          "The sentences that the model read at least in part, in order. A long sentence is divided; if there are very many sentences, neighbours are joined.",
      },
    ),
    passes: Type.Integer({
      minimum: 1,
      description: "The number of model passes over the text or parts of it.",
    }),
    unknown: Type.Array(Type.Integer({ minimum: 0 }), {
      description:
        "Indices of the tokens that are not in the model's vocabulary. The model reads all of them as the same unknown word.",
    }),
  },
  closed,
);
export type Explanation = Type.Static<typeof Explanation>;
