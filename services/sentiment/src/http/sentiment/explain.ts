import { type App, problemResponses, TimeoutHeader } from "@undertone/base";
import { MOST_PASSES, MOST_WORDS } from "../../scoring/occlusion.ts";
import { MOST_PASSAGES } from "../../scoring/passages.ts";
import { gzipBodies } from "../compression.ts";
import { ONE_TEXT_PROBLEMS, PROBLEMS } from "../errors.ts";
import type { RouteContext } from "../route-context.ts";
import { ExplainResult, ScoringQuery, SentimentBody } from "../schemas.ts";

const DESCRIPTION = [
  [
    "Measures the effect of each part of a text by occlusion: the model scores the text again without the part.",
    "`contribution` is the resulting change of the log-odds of *positive*, ln(score / (1 - score)). `running`",
    "is the score of the text up to and including the part.",
  ].join(" "),
  [
    `**What it costs.** The graph of POST /sentiment runs at most ${MOST_PASSES} times; \`passes\` is the number.`,
    `A text of at most ${MOST_WORDS} tokens is scored without each token, up to each token, and without each`,
    `sentence. A longer text is scored without each sentence and up to the end of each sentence (at most`,
    `${MOST_PASSAGES}), then without each word of the sentences with the most weight, at most ${MOST_WORDS}`,
    "words. The passes wait in the queue like a batch of as many texts: they count in its budget, and single",
    "texts go before them.",
  ].join(" "),
  [
    "**What it is not.** It is not a cause: it shows how this model reacts, not why the writer wrote the text.",
    "It is not a sum: contributions do not add up to the score, because words work together (without *not*,",
    "*not good* becomes *good*). A text without one of its words is often a text that nobody would write, and",
    "how well the model reads such texts was never measured. A contribution of 0 does not mean that a word is",
    "unimportant: if two words say the same, each can be left out without loss. If no word is left, the model",
    "reads one unknown word.",
  ].join(" "),
].join("\n\n");

export function explainRoute(app: App, { explain }: RouteContext): void {
  const schema = {
    tags: ["sentiment"],
    summary: "Explain a score: the effect of each word and sentence.",
    description: DESCRIPTION,
    headers: TimeoutHeader,
    querystring: ScoringQuery,
    body: SentimentBody,
    response: {
      200: { ...ExplainResult, description: "The score and the contributions of the text's parts." },
      ...problemResponses(PROBLEMS, ONE_TEXT_PROBLEMS),
    },
  };
  app.post("/sentiment/explain", { schema, ...gzipBodies }, async (request, reply) => {
    const { score, model, explanation } = await explain(request.body.text, request, reply, request.query);
    request.cost = { ...request.cost, passes: explanation.passes };
    return { result: { ...score, model }, ...explanation };
  });
}
