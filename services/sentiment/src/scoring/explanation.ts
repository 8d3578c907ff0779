import { closed } from "@undertone/base";
import Type from "typebox";

const place = {
  start: Type.Integer({ minimum: 0, description: "Its first UTF-16 unit in the text as it was sent." }),
  end: Type.Integer({ minimum: 0, description: "The UTF-16 unit behind its last." }),
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
            "The log-odds of positive with the token less those without it: above 0, it speaks for positive. null where it was not tried: the text is long and other sentences matter more.",
          ),
          running: Nullable(
            "The score of the text up to and including the token. null where it was not tried: the text is long and no sentence ends here.",
          ),
        },
        closed,
      ),
      { description: "Every token that the model read, in order; what was cut is not listed." },
    ),
    sentences: Type.Array(
      Type.Object(
        {
          ...place,
          contribution: Type.Number({ description: "The same for all that the model read of the sentence." }),
        },
        closed,
      ),
      {
        description:
          "The sentences of which the model read something, in order: from the first to the last token that it read. Long ones are told in parts, very many ones together.",
      },
    ),
    passes: Type.Integer({
      minimum: 1,
      description: "How often the model ran over the text or a part of it.",
    }),
    unknown: Type.Array(Type.Integer({ minimum: 0 }), {
      description: "Indices of the tokens that are not in the model's vocabulary: it reads them all alike.",
    }),
  },
  closed,
);
export type Explanation = Type.Static<typeof Explanation>;
