import { type App, problemResponses, TimeoutHeader } from "@undertone/base";
import { MAX_PASSES, MAX_WORDS } from "../../scoring/occlusion.ts";
import { MAX_PASSAGES } from "../../scoring/passages.ts";
import { gzipBodies } from "../compression.ts";
import { ONE_TEXT_PROBLEMS, PROBLEMS } from "../errors.ts";
import type { RouteContext } from "../route-context.ts";
import { ExplainResult, ScoringQuery, SentimentBody } from "../schemas.ts";

const DESCRIPTION = [
  [
    "Measures the effect of each part of a text by occlusion: the model scores the text again",
    "without the part. `contribution` is the resulting change of the log-odds of *positive*,",
    "ln(score / (1 - score)). `running` is the score of the text up to and including the part.",
  ].join(" "),
  [
    `**What it costs.** The model runs at most ${MAX_PASSES} times; \`passes\` gives the number. A`,
    `text of at most ${MAX_WORDS} tokens is scored without each token, up to each token, and`,
    "without each sentence. A longer text is scored without each sentence and up to the end of",
    `each sentence (at most ${MAX_PASSAGES}), then without each word of the sentences with the`,
    `most weight, at most ${MAX_WORDS} words. The passes are queued like a batch of as many`,
    "texts: they count against MAX_QUEUE_TOKENS, and single texts overtake them.",
  ].join(" "),
  [
    "**What it does not show.** It shows how this model reacts, and not why the writer wrote the",
    "text. The contributions do not add up to the score, because words work together: without",
    "*not*, *not good* becomes *good*. A text without one of its words is often a text that nobody",
    "would write, and the model's accuracy on such texts was never measured. A contribution of 0",
    "does not mean that a word is unimportant: if two words say the same, either can be left out",
    "without effect. If no word is left, the model reads one unknown word.",
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
