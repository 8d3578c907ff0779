import { closed } from "@undertone/base";
import Type from "typebox";
import { Explanation } from "../scoring/explanation.ts";
import { Score } from "../scoring/score.ts";
import { PROBLEMS } from "./errors.ts";

/** The longest id, in characters. The result repeats the id, so its length is limited. */
export const MAX_ID_LENGTH = 200;

const Text = Type.String({
  description: "The text to score, as it was written.",
  examples: ["A great film."],
});

export const ModelName = Type.Object({ name: Type.String(), version: Type.String() }, closed);

/** The query parameters of the routes that score texts. */
export const ScoringQuery = Type.Object(
  {
    unscorable: Type.Optional(
      Type.Enum(["warn", "refuse"], {
        description: [
          "What to do with a text that is not in English or has few known words: `warn` adds a",
          "warning to its result, `refuse` answers with an error. The default is the setting",
          "UNSCORABLE.",
        ].join(" "),
      }),
    ),
  },
  closed,
);
export type ScoringQuery = Type.Static<typeof ScoringQuery>;

export const SentimentBody = Type.Object({ text: Text }, closed);

export const SentimentResult = Type.Object({ ...Score.properties, model: ModelName }, closed);

export const ExplainResult = Type.Object(
  {
    result: { ...SentimentResult, description: "The result of POST /sentiment for the text." },
    ...Explanation.properties,
  },
  closed,
);

export const BatchItem = Type.Object(
  {
    id: Type.Optional(
      Type.String({
        maxLength: MAX_ID_LENGTH,
        description: "The client's own identifier. The item's result repeats it.",
      }),
    ),
    text: Text,
  },
  closed,
);

export function batchBody(maxItems: number) {
  return Type.Object({ items: Type.Array(BatchItem, { minItems: 1, maxItems }) }, closed);
}

const id = Type.String({ description: "The item's id, or its index if it had none." });
export const ItemError = Type.Object(
  {
    code: Type.Enum(Object.keys(PROBLEMS)),
    detail: Type.String({ description: "The cause of the error." }),
  },
  closed,
);

export const BatchResult = Type.Object(
  {
    model: ModelName,
    results: Type.Array(
      Type.Union([
        Type.Object({ id, status: Type.Literal("ok"), ...Score.properties }, { ...closed, title: "Scored" }),
        Type.Object({ id, status: Type.Literal("error"), error: ItemError }, { ...closed, title: "Refused" }),
      ]),
      { description: "One result per item, in the order of the items." },
    ),
  },
  closed,
);

const line = Type.Integer({ minimum: 1, description: "The line's number in the body. Blank lines count." });
const ownId = Type.Optional(Type.String({ description: "The line's id, if it had one." }));

export const StreamLine = Type.Union([
  Type.Object(
    { line, id: ownId, status: Type.Literal("ok"), ...Score.properties },
    { ...closed, title: "ScoredLine" },
  ),
  Type.Object(
    { line, id: ownId, status: Type.Literal("error"), error: ItemError },
    { ...closed, title: "RefusedLine" },
  ),
]);

const StreamSummary = Type.Object(
  {
    summary: Type.Object(
      {
        lines: Type.Integer({ description: "The number of answered lines." }),
        ok: Type.Integer({ description: "The answered lines that have a score." }),
        failed: Type.Integer({ description: "The answered lines that have an error." }),
        complete: Type.Boolean({
          description: "True if the whole body was read and every line was answered.",
        }),
        error: Type.Optional(ItemError),
      },
      closed,
    ),
    model: ModelName,
  },
  { ...closed, title: "Summary" },
);

/** One line of the answer to a stream. */
export const StreamAnswer = Type.Union([...StreamLine.anyOf, StreamSummary]);
